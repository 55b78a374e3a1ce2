"""Uploads: resumable transfers after tus 1.0; a finished one is handed to the files room."""
