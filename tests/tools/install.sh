#!/bin/sh
# Installs the checkers of a built site below target/tools: idempotent, versions pinned.
#
#   install.sh [PART…]    feedparser, lxml, pdfplumber, moto, WsgiDAV (PyPI); linkinator, vnu (npm); Java, exiftool, nginx, Caddy, OpenSSH if missing
#     browser             also Chromium and Chinese fonts, for tests in a browser and of printed pages
#     lighthouse          also Lighthouse
#     office              also LibreOffice and the fonts that stand for an official document's, for tests of Word files
#
# Debian packages need root; nothing else is written outside target/.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
home=$here/../../target/tools
mkdir -p "$home/npm"

say() { printf 'install: %s\n' "$*"; }

# debian COMMAND PACKAGE…: installs the packages when the command is missing.
debian() {
    command -v "$1" >/dev/null && return
    command=$1
    shift
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "$command is missing; install $* (Debian's names) and run again" >&2
        exit 1
    fi
    say "Debian packages $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# font NAME PACKAGE: installs the package when no installed font has the name.
font() {
    [ -n "$(fc-list "$1")" ] || debian "font:$1" "$2"
}

# unchanged STAMP FILE…: true when the files are those that the stamp was made from.
unchanged() {
    stamp=$1
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | cksum)" ]
}

debian python3 python3 python3-venv
debian npm npm
if [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -lt 20 ]; then
    say "Node.js 20 or newer is needed, here is $(node --version)" >&2
    exit 1
fi
debian java default-jre-headless
debian exiftool libimage-exiftool-perl
debian nginx nginx-light
debian caddy caddy
debian sshd openssh-server openssh-client
for part in "$@"; do
    case "$part" in
    browser)
        debian chromium chromium
        font "Noto Serif CJK SC" fonts-noto-cjk
        ;;
    office)
        debian soffice libreoffice-writer
        debian pdftoppm poppler-utils
        font "Noto Serif CJK SC" fonts-noto-cjk
        font "AR PL UKai CN" fonts-arphic-ukai
        font "AR PL UMing CN" fonts-arphic-uming
        font "Liberation Serif" fonts-liberation
        ;;
    lighthouse)
        [ -d "$home/lighthouse/node_modules" ] ||
            npm install --prefix "$home/lighthouse" --silent --no-audit --no-fund --ignore-scripts lighthouse@12.8.2
        ;;
    *)
        say "there is no part $part; parts are: browser, lighthouse, office" >&2
        exit 1
        ;;
    esac
done

if ! unchanged "$home/venv/installed" "$here/requirements.txt"; then
    say "checkers from PyPI"
    python3 -m venv --clear "$home/venv" || { say "python3-venv is missing" >&2; exit 1; }
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    cat "$here/requirements.txt" | cksum >"$home/venv/installed"
fi

if ! unchanged "$home/npm/installed" "$here/package.json" "$here/package-lock.json"; then
    say "checkers from npm"
    cp "$here/package.json" "$here/package-lock.json" "$home/npm/"
    (cd "$home/npm" && npm ci --silent --no-audit --no-fund --ignore-scripts)
    cat "$here/package.json" "$here/package-lock.json" | cksum >"$home/npm/installed"
fi
say "checkers are in place"
