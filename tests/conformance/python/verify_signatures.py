"""Compares the requests of the Rust SDK with those of the official Python SDK.

Reads one JSON object per line from standard input: the arguments of a call and the request that the
Rust SDK sent. The Python SDK makes the same call with the same time and the same random numbers.
Compares method, host, query, headers, body and signature. Exits with 1 if a request differs, or if
there are fewer than 500 requests of a kind.
"""
import collections
import json
import sys
import types
import uuid
from unittest import mock
from urllib.parse import parse_qsl

from tencentcloud.common import abstract_client
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign

KINDS = [
    "TC3 POST JSON", "TC3 GET query", "TC3 multipart", "TC3 octet-stream", "TC3 UNSIGNED-PAYLOAD",
    "skip-sign", "HmacSHA1 GET", "HmacSHA1 POST", "HmacSHA256 GET", "HmacSHA256 POST",
    "multipart with another sign method", "presigned URL",
]


class RequestCaptured(Exception):
    """Ends a call of the Python SDK before it uses the network."""


class FixedUuid:
    """Result of `uuid.uuid4()`: the SDK uses `hex` as a boundary and the string as a trace id."""

    def __init__(self, boundary, text):
        self.hex, self.text = boundary, text

    def __str__(self):
        return self.text


def trace_id(case):
    return str(uuid.UUID(bytes=bytes.fromhex(case["random"]), version=4))


def client_of(case):
    http = HttpProfile(endpoint=case["host"], reqMethod=case["method"])
    profile = ClientProfile(signMethod=case["sign_method"], httpProfile=http, language=case["language"])
    profile.unsignedPayload = case["unsigned"]
    http.apigw_endpoint = case["gateway"] or None
    credential = Credential(case["secret_id"], case["secret_key"], case["token"])
    client = CommonClient(case["service"], case["version"], credential, case["region"], profile)
    client.request_client = case["request_client"]
    return client


def parameters_of(case):
    """Returns the parameters for the Python SDK.

    In a query string and a form, numbers are passed as strings, because Python does not preserve
    their spelling. Booleans are passed as strings too, because Python would send `True` where the
    Go, Java and Rust SDKs send `true`.
    """
    tc3 = case["sign_method"] == "TC3-HMAC-SHA256"
    if case["files"] is not None or (case["method"] == "POST" and tc3):
        parameters = json.loads(case["parameters"])
        for name in case["files"] or []:
            parameters[name] = bytes.fromhex(parameters[name])
        return parameters
    return as_strings(json.loads(case["parameters"], parse_int=str, parse_float=str))


def as_strings(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [as_strings(item) for item in value]
    if isinstance(value, dict):
        return {name: as_strings(item) for name, item in value.items()}
    return value


def python_request(case, boundary):
    """Returns the client and the request that the Python SDK passes to its transport."""
    client = client_of(case)
    requests = []

    def send(request):
        requests.append(request)
        raise RequestCaptured

    client.request.send_request = send
    uuids = types.SimpleNamespace(uuid4=lambda: FixedUuid(boundary, trace_id(case)))
    fixed = {
        "time": types.SimpleNamespace(time=lambda: case["timestamp"]),
        "random": types.SimpleNamespace(randint=lambda low, high: case["nonce"]),
        "uuid": uuids,
    }
    options = {"SkipSign": case["skip_sign"]}
    if case["files"] is not None:
        options.update(IsMultipart=True, BinaryParams=case["files"])
    with mock.patch.multiple(abstract_client, **fixed):
        try:
            if case["stream"] is not None:
                prefix = "X-%s-" % case["service"].upper()
                headers = {prefix + name: value for name, value in parameters_of(case).items()}
                client.call_octet_stream(case["action"], headers, bytes.fromhex(case["stream"]), options)
            else:
                client.call_json(case["action"], parameters_of(case), options=options)
        except RequestCaptured:
            pass
    return client, requests[0]


def differences(case):
    sent = case["sent"]
    body = bytes.fromhex(sent["body"])
    if case["kind"] == "presigned URL":
        return presigned_differences(case)
    boundary = sent["headers"]["content-type"].partition("boundary=")[2]
    client, request = python_request(case, boundary)
    data = request.data.encode() if isinstance(request.data, str) else request.data
    expected_query, expected_body = (data.decode(), b"") if case["method"] == "GET" else ("", data)
    expected = {name.lower(): value for name, value in request.header.items()}
    # If the host is not signed, the HTTP library of the Python SDK adds it.
    expected.setdefault("host", request.host)
    if case["stream"] is not None:
        # The Python SDK supports neither trace ids nor a gateway for octet streams.
        expected["x-tc-traceid"] = trace_id(case)
        expected["host"] = request.host = case["gateway"] or request.host
    if case["skip_sign"]:
        # The header describes how the body is signed, but nothing is signed.
        expected.pop("x-tc-content-sha256", None)
    found = []
    for part, ours, theirs in [
        ("method", sent["method"], request.method),
        ("host of the URL", sent["authority"], request.host),
        ("path", sent["path"], request.uri),
        ("query", sent["query"], expected_query),
    ]:
        if ours != theirs:
            found.append((part, ours, theirs))
    if body != expected_body:
        if not same_json(case, body, expected_body):
            found.append(("body", body, expected_body))
        elif not case["skip_sign"]:
            expected["authorization"] = resigned(case, client, request, body)
    for name in set(expected) | set(sent["headers"]):
        ours, theirs = sent["headers"].get(name), expected.get(name)
        if ours != theirs:
            found.append((name, ours, theirs))
    return found


def same_json(case, body, expected):
    """Returns whether two JSON bodies differ only in spaces. The signature then covers our bytes."""
    if case["sent"]["headers"]["content-type"] != "application/json":
        return False
    try:
        return json.loads(body) == json.loads(expected)
    except ValueError:
        return False


def resigned(case, client, request, body):
    request.data = body
    request.header["Host"] = case["host"]
    date = request.header["Authorization"].split("/")[1]
    signature = client._get_tc3_signature(None, request, date, case["service"], case["secret_key"])
    return request.header["Authorization"].rpartition("=")[0] + "=" + signature


def presigned_differences(case):
    """Compares a presigned URL. The Python SDK has none, but signs the same parameters."""
    pairs = parse_qsl(case["sent"]["query"], keep_blank_values=True, strict_parsing=True)
    sent = dict(pairs)
    signature = sent.pop("Signature")
    client = client_of(case)
    expected = client._fix_params(parameters_of(case))
    expected.update({
        "Action": case["action"], "Nonce": str(case["nonce"]), "Timestamp": str(case["timestamp"]),
        "Version": case["version"], "SecretId": case["secret_id"],
        "SignatureMethod": case["sign_method"], "Language": case["language"],
    })
    if case["region"]:
        expected["Region"] = case["region"]
    if case["token"]:
        expected["Token"] = case["token"]
    found = [] if sent == expected and len(pairs) == len(sent) + 1 else [("query", sent, expected)]
    text = client._format_sign_string(expected)
    theirs = Sign.sign(case["secret_key"], text, case["sign_method"])
    return found if signature == theirs else found + [("Signature", signature, theirs)]


def main():
    checked, differ = collections.Counter(), 0
    for line in sys.stdin:
        case = json.loads(line)
        checked[case["kind"]] += 1
        found = differences(case)
        if found:
            differ += 1
            for part, ours, theirs in found:
                print(f"differs: {case['form']}: {part}: {ours!r:.300}, expected {theirs!r:.300}", file=sys.stderr)
    for kind in KINDS:
        print(f"  {kind}: {checked[kind]}")
    too_few = [kind for kind in KINDS if checked[kind] < 500]
    print(f"requests compared with the official Python SDK: {sum(checked.values())}, different: {differ}")
    if too_few:
        print(f"fewer than 500 requests: {', '.join(too_few)}", file=sys.stderr)
    sys.exit(1 if differ or too_few else 0)


main()
