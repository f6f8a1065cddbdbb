"""The certificates of an application, and the ways to add one."""

from screenshots.walking import ESCAPE, Scene, Walk, go_to, press, write

_NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----"

CERTIFICATES = Walk(
    (
        Scene("certificates", "The certificates of an application", (press("enter"), press("tab"))),
        Scene("certificate-details", "A certificate in full", (press("enter"),)),
        Scene("new-certificate", "The ways to add a certificate", (ESCAPE, press("n"))),
        Scene(
            "paste-certificate",
            "A certificate that was cut off when it was copied",
            (press("enter"), write(_NO_CERTIFICATE), press("enter")),
        ),
        Scene(
            "certificate-file",
            "A certificate from a file that is not there",
            (ESCAPE, press("n"), press("down"), press("enter"), write("/nowhere/edge.crt"), press("enter")),
        ),
        Scene(
            "generate-certificate",
            "Generating a certificate, with its key in a file",
            (ESCAPE, press("n"), press("down", "down"), press("enter"), write("edge.example")),
        ),
        Scene("edit-certificate", "Describing a certificate", (ESCAPE, press("e"))),
        Scene("delete-certificate", "Deleting a certificate", (ESCAPE, press("x"))),
        Scene("certificates-empty", "An application without certificates", (*go_to("payroll-export"), press("tab"))),
    )
)
