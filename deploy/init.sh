#!/bin/sh
# Writes the secrets that docker-compose.yml mounts, once: the first admin's password and a self-signed certificate.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
umask 077
if [ ! -e secrets/admin_password ]; then
    openssl rand -base64 24 >secrets/admin_password
    # The node runs as another user than the one who starts it.
    chmod 644 secrets/admin_password
fi
if [ ! -e secrets/tls.key ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj "/CN=localhost" \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
        -keyout secrets/tls.key -out secrets/tls.crt 2>/dev/null
fi
echo "deploy/secrets holds admin_password, tls.crt and tls.key"
