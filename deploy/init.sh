#!/bin/sh
# Writes the secrets that docker-compose.yml mounts, each of them once: what is there stays. Replace tls.crt and tls.key with
# those of your name.
set -eu
cd "$(dirname "$0")"

command -v openssl >/dev/null || {
    echo "deploy/init.sh: openssl is missing: apt-get install openssl" >&2
    exit 1
}
umask 077
mkdir -p secrets
# The folder keeps others on this machine out; the files must be readable by the users inside the containers.
chmod 700 secrets
cd secrets

# Letters and digits only: such a password needs no quoting in a URL or a configuration file.
password() { openssl rand -hex 24; }
once() { # once FILE COMMAND...: keeps what the command prints, if it succeeds
    file=$1
    shift
    [ -e "$file" ] && return
    "$@" >"$file.new"
    chmod 444 "$file.new"
    mv "$file.new" "$file"
}

once admin_password password
once grafana_password password
once master_key openssl rand -base64 32
once database_password password
once database_root_password password
once redis_password password
once database_url printf 'mysql://switchyard:%s@mysql:3306/switchyard\n' "$(cat database_password)"
once redis_url printf 'redis://:%s@redis:6379/0\n' "$(cat redis_password)"
# Every write is on disk within a second; what no node needs any longer expires, so nothing is ever evicted.
once redis.conf printf '%s\n' "requirepass $(cat redis_password)" "dir /data" "appendonly yes" "appendfsync everysec" \
    "maxmemory 400mb" "maxmemory-policy noeviction" "protected-mode no"

if [ ! -e tls.key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=localhost" \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout tls.key.new -out tls.crt.new 2>/dev/null
    chmod 444 tls.key.new tls.crt.new
    mv tls.crt.new tls.crt
    mv tls.key.new tls.key
fi
echo "deploy/secrets is complete; the admin's password is in deploy/secrets/admin_password"
