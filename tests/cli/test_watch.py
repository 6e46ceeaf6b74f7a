import json
import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from longshort.cli import watch
from longshort.cli.watch import serving
from longshort.training.records import Record


@pytest.fixture
def page():
    with serving() as served:
        yield served


def get(page, path="/", **headers):
    host, port = page.address.removeprefix("http://").rstrip("/").split(":")
    connection = HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def record(epoch, key="fold-1.seed-0"):
    return Record(key, epoch, 9, 1 / epoch, 2 / epoch, 3.0, {"lstm0": 0.001, "dense2": 0.01})


def test_it_listens_on_this_machine_alone(page):
    assert page.address.startswith("http://127.0.0.1:")
    assert get(page)[0] == 200
    assert get(page, Host="evil.example")[0] == 403


def test_the_page_asks_for_nothing_from_elsewhere(page):
    _, headers, content = get(page)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert b"://" not in content.replace(b"http://www.w3.org/2000/svg", b"")


def test_records_come_as_they_were_heard_and_only_the_new_ones(page):
    for epoch in (1, 2, 3):
        page.hear(record(epoch))
    found = json.loads(get(page, "/records?seen=1")[2])
    assert found["count"] == 3
    assert [row["epoch"] for row in found["records"]] == [2, 3]
    assert found["records"][0]["update_ratios"] == {"lstm0": 0.001, "dense2": 0.01}
    assert len(json.loads(get(page, "/records?seen=all")[2])["records"]) == 3


def test_a_loss_that_is_no_number_is_null(page):
    page.hear(Record("m", 1, 2, float("nan"), None, float("inf")))
    row = json.loads(get(page, "/records")[2])["records"][0]
    assert (row["train_loss"], row["validation_loss"], row["gradient_norm"]) == (None, None, None)


def test_anything_else_is_not_there(page):
    assert get(page, "/../pyproject.toml")[0] == 404


@pytest.mark.parametrize("digits", [16, 5000])
def test_more_digits_than_a_count_has_are_beyond_all_records(page, digits):
    page.hear(record(1))
    assert json.loads(get(page, f"/records?seen={'9' * digits}")[2]) == {"records": [], "count": 1}


def address_of(page):
    host, port = page.address.removeprefix("http://").rstrip("/").split(":")
    return host, int(port)


@pytest.mark.parametrize("asked", ["http://[", "/records?seen=%FF", "/records?seen=-1", "/records?" + "a=1&" * 9000])
def test_any_address_gets_an_answer(page, asked):
    with socket.create_connection(address_of(page), timeout=30) as client:
        client.sendall(f"GET {asked} HTTP/1.0\r\nHost: {page.address[7:-1]}\r\n\r\n".encode())
        assert client.makefile("rb").readline().split()[1] in (b"200", b"404")


def test_a_client_that_says_nothing_is_let_go(monkeypatch):
    assert watch._Handler.timeout == watch.SILENCE
    monkeypatch.setattr(watch._Handler, "timeout", 0.05)
    with serving() as page, socket.create_connection(address_of(page), timeout=30) as client:
        client.sendall(b"GET /rec")
        assert client.recv(1) == b""  # it hung up


def test_a_client_that_hangs_up_leaves_stderr_to_the_progress(page, monkeypatch, capfd):
    def gone(*_):
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(watch._Handler, "_answer", gone)
        with socket.create_connection(address_of(page), timeout=30) as client:
            client.sendall(b"GET / HTTP/1.0\r\nHost: " + page.address[7:-1].encode() + b"\r\n\r\n")
            assert client.recv(1) == b""
    assert get(page)[0] == 200
    assert capfd.readouterr().err == ""


def test_a_browser_draws_the_curves_and_says_when_the_run_has_ended(browser):
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    with serving() as page:
        for epoch in (1, 2, 3):
            page.hear(record(epoch))
            page.hear(record(epoch, "fold-1.seed-1"))
        tab.goto(page.address)
        tab.locator("svg path").nth(4).wait_for(state="attached")
        assert tab.locator("#state").inner_text() == "fold-1: epoch 3 of 9"
        assert "lstm0: 0.001" in tab.locator("#update").inner_text()
        page.hear(record(4))
        tab.locator("#state", has_text="epoch 4").wait_for()
        assert tab.locator("#loss li").first.inner_text() == "training: 0.25"
    tab.locator("#state", has_text="has ended").wait_for()
    assert complaints == []
    tab.close()


def test_an_open_page_hears_of_the_last_epoch_before_the_run_ends(browser):
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    with serving() as page:
        page.hear(record(1))
        tab.goto(page.address)
        tab.locator("#state", has_text="epoch 1").wait_for()
        for epoch in range(2, 10):
            page.hear(record(epoch))
    tab.locator("#state", has_text="epoch 9 of 9. The run has ended.").wait_for()
    tab.close()


def test_members_are_averaged_and_a_fit_that_begins_again_is_drawn_alone(browser):
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    with serving() as page:
        page.hear(Record("seed-0", 1, 2, 1.0, None, 1.0))
        page.hear(Record("seed-1", 1, 2, 3.0, None, 1.0))
        tab.goto(page.address)
        tab.locator("#loss li", has_text="training: 2").wait_for()
        assert tab.locator("#state").inner_text() == "training: epoch 1 of 2"
        page.hear(Record("seed-0", 2, 2, 0.5, None, 1.0))
        tab.locator("#loss li", has_text="training: 0.5").wait_for()
        page.hear(Record("seed-0", 1, 2, 8.0, None, 1.0))
        tab.locator("#loss li", has_text="training: 8").wait_for()
    tab.close()


def test_axes_count_in_round_numbers(browser):
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    with serving() as page:
        for epoch, loss in enumerate((2.32, 1.17, 0.394), 1):
            page.hear(Record("seed-0", epoch, 3, loss, None, loss, {"lstm0": loss / 10**epoch}))
        tab.goto(page.address)
        tab.locator("svg path").nth(2).wait_for(state="attached")
        written = {part: tab.locator(f"#{part} text").all_text_contents() for part in ("loss", "gradient", "update")}
        assert written["loss"] == ["0.5", "1", "1.5", "2", "1", "2", "epoch 3"]
        assert written["gradient"] == ["0.5", "1", "2", "1", "2", "epoch 3"]
        assert written["update"] == ["0.001", "0.01", "0.1", "1", "2", "epoch 3"]
    tab.close()


@pytest.mark.parametrize("width", [320, 1400])
def test_its_letters_keep_their_size_on_a_phone(browser, width):
    tab = browser.new_page(viewport={"width": width, "height": 800})
    tab.set_default_timeout(10_000)
    with serving() as page:
        page.hear(record(1))
        page.hear(record(2))
        tab.goto(page.address)
        tab.locator("#loss svg text").first.wait_for(state="attached")
        assert tab.evaluate("document.querySelector('#loss svg').getScreenCTM().a") == pytest.approx(1, abs=0.01)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


def test_its_page_is_no_part_of_the_report():
    template = Path(__file__).parents[2] / "src/longshort/report/templates/watch.html"
    assert "{{" not in template.read_text("utf-8")
