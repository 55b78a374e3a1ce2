# One image for every process; what it does is the command: `run api`, `run worker`, …
FROM python:3.11-slim-bookworm AS packages
ARG LOCK=postgres
COPY requirements/ /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/uv.lock \
    && python -m venv /opt/venv \
    && uv pip sync --no-cache --require-hashes --compile-bytecode \
        --python /opt/venv/bin/python "/requirements/$LOCK.lock"

# The apps are built by the Node of the lock file; nothing of it reaches the image.
FROM python:3.11-slim-bookworm AS apps
COPY requirements/ /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/web.lock
WORKDIR /app
COPY scripts/web.py scripts/web.py
COPY web/ web/
RUN --mount=type=cache,target=/root/.npm python scripts/web.py build

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /var/lib/truckroll truckroll
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY server/ server/
COPY inventory/ inventory/
COPY iot_gateway/ iot_gateway/
COPY sync/ sync/
COPY --from=apps /app/web/dist web/dist/
COPY pyproject.toml LICENSE ./
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TRUCKROLL_HOME=/var/lib/truckroll \
    TRUCKROLL_HOST=0.0.0.0 \
    TRUCKROLL_MQTT_HOST=0.0.0.0 \
    TRUCKROLL_LOG_JSON=1
RUN python -m compileall -q server inventory iot_gateway sync
USER truckroll
VOLUME /var/lib/truckroll
EXPOSE 8080 8081 1883
ENTRYPOINT ["python", "-m", "server.cli"]
CMD ["run", "api"]
