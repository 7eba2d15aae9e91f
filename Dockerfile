# One image for web, worker and socket; docker-compose.yml starts the three. Nothing secret is in any layer: keys are made
# in the data volume at the first start. (Publishing the image passes on GPL-3.0 code: see LICENSE-THIRD-PARTY.md.)
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /requirements.txt \
 # The socket's library is a program of another language: see that it loads, here and not at night.
 && /venv/bin/python -c "import pylibmagic, neonize.client"

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wbscanner \
 && install --directory --owner wbscanner --group wbscanner --mode 0700 /data /whatsapp
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
RUN python -m compileall -q /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data WHATSAPP_DIR=/whatsapp BIND=0.0.0.0:8000
USER 10001:10001
VOLUME ["/data", "/whatsapp"]
EXPOSE 8000
# neonize leaves a child behind that somebody has to bury.
ENTRYPOINT ["tini", "--"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "wbscanner.wsgi"]
