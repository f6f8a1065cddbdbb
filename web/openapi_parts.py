"""The parts that the OpenAPI document is made of: schemas of what is said, header fields, and the common answers."""

from typing import Any

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT

Part = dict[str, Any]

_STRING: Part = {"type": "string"}
_STRINGS: Part = {"type": "array", "items": _STRING}
_URL: Part = {"type": "string", "format": "uri"}
_SECONDS: Part = {"type": "integer", "description": "Seconds since 1970."}


def schema(name: str) -> Part:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer(name: str) -> Part:
    """Return a reference to a response of the components."""
    return {"$ref": f"#/components/responses/{name}"}


def said(description: str, name: str | None = None, *headers: str) -> Part:
    """Return a response with a body of the schema *name*, and with these header fields always."""
    response: Part = {"description": description, "headers": {field: _HEADERS[field] for field in headers}}
    if name is not None:
        response["content"] = {"application/json": {"schema": schema(name)}}
    return response


def refused(description: str) -> Part:
    """Return a response that a profile shapes: with or without a body, which then stands in a header field as well."""
    sometimes = ("WWW-Authenticate", "X-Denial")
    headers = {field: {**_HEADERS[field], "required": False} for field in sometimes}
    response = said(description, None, "Cache-Control")
    response["headers"] |= headers
    response["content"] = {"application/json": {"schema": schema("Denial")}}
    return response


def _object(properties: Part, *optional: str) -> Part:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _always(description: str, values: Part) -> Part:
    return {"description": description, "required": True, "schema": values}


_HEADERS = {
    "Cache-Control": _always("Whether the answer may be kept.", {"enum": ["no-store"]}),
    "Pragma": _always("The same for HTTP/1.0.", {"enum": ["no-cache"]}),
    "WWW-Authenticate": _always("How to authenticate.", {"type": "string", "pattern": "^(Basic|Bearer)"}),
    "Retry-After": _always("Seconds after which to try again.", {"type": "integer"}),
    "Allow": _always("The methods of this path.", _STRING),
    "X-Client-Id": _always("The client that calls, or that the token was issued to.", _STRING),
    "X-Denial": _always("The body once more, for gateways that throw it away.", _STRING),
    "X-Scope": _always("The OAuth scopes of the token; empty where it has none.", _STRING),
}
_KEPT_BY_NOBODY = ("Cache-Control", "Pragma")

_CLAIMS: Part = {
    "iss": _URL,
    "sub": _STRING,
    "client_id": _STRING,
    "aud": _STRING,
    "exp": _SECONDS,
    "iat": _SECONDS,
    "jti": _STRING,
    "scope": _STRING,
    "cnf": _object({"x5t#S256": {"type": "string", "description": "The SHA-256 of the certificate (RFC 8705)."}}),
}

_SCHEMAS: Part = {
    "Error": _object({"error": _STRING, "error_description": _STRING}),
    "Denial": {
        "oneOf": [
            _object({"httpCode": _STRING, "httpMessage": _STRING, "moreInformation": _STRING}),
            _object({"message": _STRING, "http_status_code": {"type": "integer"}}),
        ]
    },
    "Token": _object(
        {
            "access_token": {"type": "string", "description": "A JWT (RFC 9068)."},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer", "minimum": 1, "description": "Seconds."},
            "scope": {"type": "string", "description": "The OAuth scopes, apart by spaces; absent where it has none."},
        },
        "scope",
    ),
    "Introspection": {
        "oneOf": [
            _object({"active": {"const": False}}),
            _object({"active": {"const": True}, "token_type": {"const": "Bearer"}, **_CLAIMS}, "scope", "cnf"),
        ]
    },
    "Nothing": _object({}),
    "JwkSet": _object(
        {
            "keys": {
                "type": "array",
                "items": _object(
                    dict.fromkeys(("kty", "crv", "x", "y", "kid"), _STRING)
                    | {"use": {"const": "sig"}, "alg": {"const": "ES256"}}
                ),
            }
        }
    ),
    "Metadata": _object(
        {
            "issuer": _URL,
            "token_endpoint": _URL,
            "token_endpoint_auth_methods_supported": _STRINGS,
            "token_endpoint_auth_signing_alg_values_supported": _STRINGS,
            "introspection_endpoint": _URL,
            "introspection_endpoint_auth_methods_supported": _STRINGS,
            "introspection_endpoint_auth_signing_alg_values_supported": _STRINGS,
            "revocation_endpoint": _URL,
            "revocation_endpoint_auth_methods_supported": _STRINGS,
            "revocation_endpoint_auth_signing_alg_values_supported": _STRINGS,
            "jwks_uri": _URL,
            "grant_types_supported": _STRINGS,
            "response_types_supported": _STRINGS,
            "tls_client_certificate_bound_access_tokens": {"const": True},
        },
        "tls_client_certificate_bound_access_tokens",
    ),
    "Health": _object({"status": {"const": "ok"}, "issuer": _URL}),
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
}

COMPONENTS: Part = {
    "schemas": _SCHEMAS,
    "responses": {
        "BadRequest": said("The request is not clear, or not possible.", "Error", *_KEPT_BY_NOBODY),
        "LogonRefused": said("Client authentication failed.", "Error", *_KEPT_BY_NOBODY, "WWW-Authenticate"),
        "WrongMethod": said("The path has other methods.", "Error", *_KEPT_BY_NOBODY, "Allow"),
        "Late": said("The body did not come in time.", "Error", "Cache-Control"),
        "BodyTooLarge": said("The body has more than 64 KiB.", "Error", "Cache-Control"),
        "HeadTooLarge": said("The header has more than 32 KiB.", "Error", "Cache-Control"),
        "Defect": said("The server could not answer.", "Error", "Cache-Control"),
        "Unavailable": said("Too much is asked, or the database is silent.", "Error", "Cache-Control", "Retry-After"),
    },
    "securitySchemes": {
        "basic": {"type": "http", "scheme": "basic", "description": "Client ID and client secret."},
        "certificate": {"type": "mutualTLS", "description": "A client certificate, with `client_id` in the form."},
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "clientId": {"type": "apiKey", "in": "header", "name": CLIENT_ID_AT.name},
        "clientSecret": {"type": "apiKey", "in": "header", "name": CLIENT_SECRET_AT.name},
    },
}
