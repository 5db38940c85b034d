FROM python:3.11-slim-bookworm AS desk

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/mdo-desk desk
WORKDIR /opt/mdo-desk

COPY requirements/base.lock requirements/
RUN pip install --require-hashes --no-deps --requirement requirements/base.lock

COPY . .
RUN python -m mdo_desk.translations \
    && DESK_MODE=embedded VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build

USER desk
ENV VAR_DIR=/var/lib/mdo-desk HOST=0.0.0.0
EXPOSE 8000
CMD ["gunicorn", "--config", "mdo_desk/gunicorn_conf.py"]
