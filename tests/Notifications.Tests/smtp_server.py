"""A mail server with STARTTLS and sign-in, by aiosmtpd. Says its port, then each message as a line of JSON."""
import json
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Keep:
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "content": envelope.content.decode("utf-8"),
        }), flush=True)
        return "250 kept"


def sign_in(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"p@ss", handled=False, auth_data=data)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
controller = Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[2]), tls_context=context, require_starttls=True,
                        authenticator=sign_in, auth_required=True)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
