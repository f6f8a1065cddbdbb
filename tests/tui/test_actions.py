"""The registry of keys: every action exists where it is bound, and no key means two things in one place."""

from collections import Counter
from itertools import chain

import pytest
from textual.dom import DOMNode

from tui.actions import ACTIONS, Place, at, bindings, hinted, key_names
from tui.app import KeydeskApp
from tui.modals.application_form import NewApplicationForm
from tui.modals.confirm import Confirm
from tui.modals.details import Details
from tui.modals.help import Help
from tui.modals.issued_secret import IssuedSecretModal
from tui.modals.palette import Palette
from tui.modals.verify_form import VerifyForm
from tui.panes.activity import ActivityPane
from tui.panes.overview import OverviewPane
from tui.panes.trust import TrustPane
from tui.screens.activity import ActivityScreen
from tui.screens.api import ApiScreen
from tui.screens.apis import ApisScreen
from tui.screens.application import ApplicationScreen
from tui.screens.applications import ApplicationsScreen
from tui.screens.expiring import ExpiringScreen
from tui.screens.gateway import GatewayScreen
from tui.screens.try_api import TryApiScreen
from tui.sections.certificates import CertificatesSection
from tui.sections.secrets import SecretsSection
from tui.sections.trusts import TrustsSection

SECTIONS = (SecretsSection, CertificatesSection, TrustsSection)
BOUND: dict[Place, tuple[type[DOMNode], ...]] = {
    Place.EVERYWHERE: (
        *(ApplicationsScreen, ApplicationScreen, ExpiringScreen),
        *(Confirm, Details, NewApplicationForm, VerifyForm),
    ),
    Place.TABLES: (ApplicationsScreen, ExpiringScreen, ApisScreen, ApiScreen, *SECTIONS, ActivityPane, ActivityScreen),
    Place.APPLICATIONS: (ApplicationsScreen,),
    Place.APPLICATION: (ApplicationScreen,),
    Place.OVERVIEW: (OverviewPane,),
    Place.TRUST: (TrustPane,),
    Place.SECRETS: (SecretsSection,),
    Place.CERTIFICATES: (CertificatesSection,),
    Place.TRUSTS: (TrustsSection,),
    Place.ACTIVITY: (ActivityPane, ActivityScreen),
    Place.ALL_ACTIVITY: (ActivityScreen,),
    Place.EXPIRING: (ExpiringScreen,),
    Place.APIS: (ApisScreen,),
    Place.API: (ApiScreen,),
    Place.TEST: (TryApiScreen,),
    Place.GATEWAY: (GatewayScreen,),
    Place.DIALOGS: (Confirm, Details, Help, NewApplicationForm, Palette, VerifyForm),
    Place.SHOWN_ONCE: (IssuedSecretModal,),
}
TOGETHER = [
    (Place.EVERYWHERE, Place.TABLES, Place.APPLICATIONS),
    (Place.EVERYWHERE, Place.APPLICATION, Place.OVERVIEW),
    (Place.EVERYWHERE, Place.APPLICATION, Place.TABLES, Place.TRUST, Place.SECRETS),
    (Place.EVERYWHERE, Place.APPLICATION, Place.TABLES, Place.TRUST, Place.CERTIFICATES),
    (Place.EVERYWHERE, Place.APPLICATION, Place.TABLES, Place.TRUST, Place.TRUSTS),
    (Place.EVERYWHERE, Place.APPLICATION, Place.TABLES, Place.ACTIVITY),
    (Place.EVERYWHERE, Place.TABLES, Place.ACTIVITY, Place.ALL_ACTIVITY),
    (Place.EVERYWHERE, Place.TABLES, Place.EXPIRING),
    (Place.EVERYWHERE, Place.TABLES, Place.APIS),
    (Place.EVERYWHERE, Place.TABLES, Place.API),
    (Place.EVERYWHERE, Place.TEST),
    (Place.EVERYWHERE, Place.GATEWAY),
    (Place.EVERYWHERE, Place.DIALOGS),
    (Place.SHOWN_ONCE,),
]
"""The places whose keys are valid at the same time."""


def test_every_place_is_bound_somewhere() -> None:
    assert set(BOUND) == set(Place)


@pytest.mark.parametrize("place", Place)
def test_every_action_has_its_method_where_it_is_bound(place: Place) -> None:
    for action, where in ((action, where) for action in at(place) for where in BOUND[place]):
        name = action.id.partition("(")[0]
        assert callable(getattr(where, f"action_{name}", None)), f"{where.__name__} lacks action_{name}"


@pytest.mark.parametrize("place", Place)
def test_every_action_is_bound_where_the_registry_says(place: Place) -> None:
    for where in BOUND[place]:
        own = {binding.action for _, binding in where._merge_bindings()}
        assert {action.id for action in at(place)} <= own, where.__name__


@pytest.mark.parametrize("places", TOGETHER)
def test_no_two_actions_that_are_valid_together_share_a_key(places: tuple[Place, ...]) -> None:
    # One action may say in one place more exactly what it does there.
    keys = Counter(chain.from_iterable(keys.split(",") for _, keys in {(each.id, each.keys) for each in at(*places)}))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("place", Place)
def test_no_action_stands_twice_in_one_place(place: Place) -> None:
    ids = [action.id for action in at(place)]
    assert len(ids) == len(set(ids))


def test_no_destructive_action_lies_on_backspace_delete_or_a_control_key() -> None:
    keys = set(chain.from_iterable(action.keys.split(",") for action in ACTIONS if action.destructive))
    assert keys == {"x"}


def test_no_key_is_one_that_multiplexers_take() -> None:
    keys = set(chain.from_iterable(action.keys.split(",") for action in ACTIONS))
    assert not keys & {"ctrl+s", "ctrl+a", "ctrl+b", "ctrl+j"}


def test_only_leaving_goes_before_whatever_has_the_focus() -> None:
    assert {binding.action for binding in bindings(*Place) if binding.priority} == {"leave"}
    assert [binding.action for _, binding in KeydeskApp._merge_bindings() if binding.priority] == ["leave"]


def test_what_belongs_to_other_issues_has_no_entry() -> None:
    told = " ".join(f"{action.id} {action.label} {action.sentence}" for action in ACTIONS).lower()
    assert not [word for word in ("serve",) if word in told]


def test_every_action_explains_itself_in_a_sentence() -> None:
    for action in ACTIONS:
        assert action.sentence[0].isupper()
        assert action.sentence.endswith(".")
        assert action.label


def test_every_key_has_a_name_that_people_write() -> None:
    for action in ACTIONS:
        for name in key_names(action.keys):
            assert "_" not in name
            assert name == name.strip() != ""


def test_hints_come_the_most_useful_first_and_help_last() -> None:
    everything = [action.id for action in ACTIONS]
    ranks = [action.rank or 0 for action in hinted(everything)]
    assert ranks == sorted(ranks)
    assert hinted(everything)[-1].id == "help"


def test_keys_of_the_screens_are_those_of_the_interface() -> None:
    expected = {
        "move_down": "down,j",
        "move_up": "up,k",
        "move_page_down": "pagedown",
        "move_page_up": "pageup",
        "open": "enter",
        "back": "escape",
        "filter": "slash",
        "help": "question_mark,f1",
        "palette": "colon,ctrl+p",
        "edit_application": "e",
        "delete_application": "x",
        "revoke_secret": "x",
        "rotate_secret": "r",
        "copy_client_id": "y",
        "copy_secret": "c",
        "verify_secret": "v",
        "unlock": "u",
        "switch_locking": "L",
        "show_revoked": "a",
        "sort": "s",
        "reverse": "S",
        "refresh": "ctrl+r",
        "activity": "A",
        "expiring": "E",
        "apis": "P",
        "test_api": "T",
        "leave_root": "q",
        "leave": "ctrl+q",
        "write_file": "w",
        "next_form": "t",
        "clear_clipboard": "X",
        "release_mouse": "m",
    }
    assert {action.id: action.keys for action in ACTIONS if action.id in expected} == expected
