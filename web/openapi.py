"""The OpenAPI document of the HTTP face, for people and their tools; written by hand, served at /openapi.json."""

from typing import Any

from core.rules.endpoints import (
    API_VERIFY_PATH,
    HEALTH_PATH,
    INTROSPECTION_PATH,
    JWKS_PATH,
    METADATA_PATHS,
    REVOCATION_PATH,
    TOKEN_PATH,
    VERIFY_PATH,
)
from web.answers import Answer, public
from web.openapi_parts import COMPONENTS, Part, answer, refused, said

OPENAPI_PATH = "/openapi.json"

_AN_HOUR = b"public, max-age=3600"
_KEPT_BY_NOBODY = ("Cache-Control", "Pragma")
_SCOPES = r"^([\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*)?$"
_CLEAN = {"type": "string", "pattern": r"^[^\x00]*$"}
_TOKEN_FIELDS = {"token": {"type": "string", "pattern": r"^[^\x00]+$"}, "token_type_hint": _CLEAN}
_IN_WORDS = (
    "`client_id` and `client_secret` may stand in the form instead of the header, never beside it; instead of a secret "
    "there may be `client_assertion` and `client_assertion_type` (RFC 7523), or `client_id` alone where a proxy passes "
    "on the certificate by which the client has authenticated to it (RFC 8705). At the token "
    "endpoint `scope` may name fewer OAuth scopes than the application has. Other parameters are ignored."
)
_COMMON = {
    "405": answer("WrongMethod"),
    "431": answer("HeadTooLarge"),
    "500": answer("Defect"),
    "503": answer("Unavailable"),
}


def openapi(issuer: str) -> Answer:
    """Return the document of the server that has its address from *issuer*."""
    content = {
        "openapi": "3.1.0",
        "info": {
            "title": "keydesk",
            "version": "1",
            "summary": "An OAuth 2.0 authorization server for machines.",
            "description": "Paths, parameters and header fields have the names of the RFCs.",
        },
        "servers": [{"url": issuer}],
        "paths": {
            TOKEN_PATH: {"post": _token()},
            INTROSPECTION_PATH: {"post": _introspection()},
            REVOCATION_PATH: {"post": _revocation()},
            VERIFY_PATH: {"get": _verify()},
            API_VERIFY_PATH: {"get": _verify_api()},
            JWKS_PATH: _document("certs", "The keys that tokens are verified by (RFC 7517).", "JwkSet"),
            METADATA_PATHS[0]: _document("metadata", "What this server can do (RFC 8414).", "Metadata"),
            METADATA_PATHS[1]: _document("configuration", "The same, where OpenID clients look.", "Metadata"),
            HEALTH_PATH: _document("health", "Whether the database answers.", "Health"),
            OPENAPI_PATH: _document("openapi", "This document.", "OpenApi"),
        },
        "components": COMPONENTS,
    }
    return public(content, _AN_HOUR)


def _token() -> Part:
    # Which OAuth scopes a client has no schema could say: `scope` is told of in words, like its credentials.
    fields = {"grant_type": {"const": "client_credentials"}}
    return _with_form("token", "An access token for a client (RFC 6749 section 4.4).", fields, "grant_type", "Token")


def _introspection() -> Part:
    return _with_form("introspect", "Whether a token counts (RFC 7662).", _TOKEN_FIELDS, "token", "Introspection")


def _revocation() -> Part:
    return _with_form("revoke", "End a token of one's own (RFC 7009).", _TOKEN_FIELDS, "token", "Nothing")


def _with_form(operation: str, summary: str, fields: Part, required: str, answered: str) -> Part:
    form = {
        "type": "object",
        "properties": fields,
        "required": [required],
        "maxProperties": 64,
        "propertyNames": _CLEAN,
        "unevaluatedProperties": _CLEAN,  # ignored; a list would be one parameter several times
    }
    return {
        "operationId": operation,
        "summary": summary,
        "description": _IN_WORDS,
        "security": [{"basic": []}, {"certificate": []}],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {
            "200": said("Done.", answered, *_KEPT_BY_NOBODY),
            "400": answer("BadRequest"),
            "401": answer("LogonRefused"),
            "408": answer("Late"),
            "413": answer("BodyTooLarge"),
            **_COMMON,
        },
    }


def _verify() -> Part:
    scope = {
        "name": "scope",
        "in": "query",
        "description": "The OAuth scopes that the token must have, all of them.",
        "schema": {"type": "string", "pattern": _SCOPES, "maxLength": 2000},
    }
    headers = ("Cache-Control", "WWW-Authenticate")
    return {
        "operationId": "verify",
        "summary": "Forward-auth for gateways (RFC 6750).",
        "description": "A token that is bound (`cnf`) counts together with its client certificate alone.",
        "security": [{"bearer": []}],
        "parameters": [scope],
        "responses": {
            "200": said("The token counts.", None, "Cache-Control", "X-Client-Id", "X-Scope"),
            "400": said("The query is not clear.", None, *headers),
            "401": said("There is no token in the header, or one that does not count.", None, *headers),
            "403": said("The token lacks a scope.", None, *headers),
            **_COMMON,
        },
    }


def _verify_api() -> Part:
    api = {
        "name": "api",
        "in": "path",
        "required": True,
        "description": "The name of a protected API.",
        "schema": {"type": "string", "pattern": "^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$", "maxLength": 63},
    }
    return {
        "operationId": "verifyApi",
        "summary": "Forward-auth for one protected API.",
        "description": (
            "Which of the credentials an API takes, and in which header fields or query parameters a client ID and a "
            "secret stand, is the API's setting; here are the usual names. A gateway passes the caller's own URL on in "
            "`X-Original-URI` or `X-Forwarded-Uri`. What a refused caller is shown is the API's response profile."
        ),
        "security": [{"bearer": []}, {"clientId": [], "clientSecret": []}, {"clientId": []}],
        "parameters": [api],
        "responses": {
            "200": said("The call may pass.", None, "Cache-Control", "X-Client-Id", "X-Scope"),
            "401": refused("The call has no credential, or one that does not count."),
            "403": refused("The caller is known, and may not call this API."),
            "404": said("No API has this name.", "Error", *_KEPT_BY_NOBODY),
            **_COMMON,
        },
    }


def _document(operation: str, summary: str, answered: str) -> dict[str, Any]:
    responses = {"200": said(summary, answered), **_COMMON}
    return {"get": {"operationId": operation, "summary": summary, "security": [], "responses": responses}}
