"""The gateway: takes readings from devices and turns one real fault into one ticket."""
