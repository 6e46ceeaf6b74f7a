"""A message is its English text, and the same in another language."""

import json

from longshort.finding import Finding, finding_of
from longshort.language import Message, message, restored, say


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
