"""What curl would do, for the options that our pages use: a minimal Debian has no curl."""

import argparse
import sys
from urllib.parse import quote

import httpx2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data", action="append", default=[])
    parser.add_argument("-G", dest="in_query", action="store_true")
    parser.add_argument("--data-urlencode", dest="encoded", action="append", default=[])
    options = parser.parse_args()
    data = [*options.data, *(f"{name}={quote(value)}" for name, value in (text.split("=", 1) for text in options.encoded))]
    headers = dict(header.split(": ", 1) for header in options.headers)
    body = "&".join(data)
    if options.in_query or not body:
        answer = httpx2.request(options.method or "GET", f"{options.url}?{body}".rstrip("?"), headers=headers)
    else:
        answer = httpx2.request(options.method or "POST", options.url, headers=headers, content=body.encode())
    sys.stdout.write(answer.text)


main()
