"""The list of applications, and the first start."""

from screenshots.walking import ESCAPE, Scene, Walk, press, write

APPLICATIONS = Walk(
    (
        Scene("applications", "The list of applications"),
        Scene("applications-found", "The list, narrowed to what was typed", (press("slash"), write("billing"))),
        Scene("applications-none", "A filter that nothing matches", (write("-nobody"),)),
        Scene("palette", "Going to an application", (ESCAPE, press("colon"), write("gateway"))),
        Scene("new-application", "A new application", (ESCAPE, press("n"), write("ledger-sync"))),
        Scene("name-taken", "A name that is taken", (press("enter"),)),
        Scene("edit-application", "Editing an application", (ESCAPE, press("e"))),
        Scene("delete-application", "Deleting an application, by its name", (ESCAPE, press("x"), write("billing"))),
    )
)

FIRST_START = Walk((Scene("first-start", "The first start"),), filled=False)
