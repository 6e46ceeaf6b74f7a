"""A message is its English text, and the same in another language."""

import json
import pickle
from copy import deepcopy

import pytest

from longshort.finding import Finding, finding_of
from longshort.language import Message, cases, listed, message, quoted, restored, say


def test_a_message_is_text_and_knows_itself():
    said = message("units.ahead.month", n=12)
    assert said == "12 months ahead"
    assert isinstance(said, str)
    assert say(said, "ko") == "12개월 앞"
    assert say("as it is", "ko") == "as it is"


def test_words_follow_their_number():
    assert message("units.ahead.week", n=1) == "1 week ahead"


def test_messages_survive_json_wherever_they_lie():
    held = {"notes": [message("units.ahead.day", n=3), "plain"], "one": message("units.ahead.hour", n=1)}
    plain = {"notes": [held["notes"][0].to_dict(), "plain"], "one": held["one"].to_dict()}
    back = restored(json.loads(json.dumps(plain)))
    assert back == held
    assert isinstance(back["notes"][0], Message)
    assert say(back["one"], "ko") == "1시간 앞"


def test_a_finding_survives_json_and_is_said_in_korean():
    found = Finding("x", "info", message("units.ahead.day", n=2), 2.0)
    back = finding_of(json.loads(json.dumps(found.to_dict())))
    assert back == found
    assert back.to_dict("ko")["text"] == "2일 앞"
    assert finding_of(Finding("y", "info", "plain").to_dict()) == Finding("y", "info", "plain")


@pytest.mark.parametrize("copy", [deepcopy, lambda said: pickle.loads(pickle.dumps(said))])  # noqa: S301
def test_a_copied_message_is_a_message(copy):
    said = copy(listed([message("units.ahead.day", n=3), "x"]))
    assert said == "3 days ahead, x"
    assert say(said, "ko") == "3일 앞, x"


@pytest.mark.parametrize("changed", [{"msgid": "units.gone"}, {"values": {}}, {"values": {"n": "three"}}])
def test_a_message_of_another_version_becomes_its_text(changed):
    plain = message("units.ahead.day", n=3).to_dict() | changed
    assert restored({"notes": [plain]}) == {"notes": ["3 days ahead"]}


def test_lists_keep_what_they_show_and_count_the_rest():
    many = [f"s{i}" for i in range(10_000)]
    assert quoted(many) == "'s0', 's1', 's2' and 9,997 more"
    assert say(quoted(many), "ko") == "'s0', 's1', 's2' 외 9,997개"
    assert len(quoted(many).values["items"]) == 3
    assert listed(many[:4], 4) == "s0, s1, s2, s3"
    assert cases(many[:2]) == "s0; s1"
    assert say(cases(many, 1), "ko") == "s0 외 9,999건"
