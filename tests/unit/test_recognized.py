"""Weighing figures that engines misread against what the row says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cells import Box, Cell, Opinion
from ingest.indicators import IndicatorRow, Quality, Quarterly, Rule, Value
from ingest.interpret import read_value
from ingest.numbers import MEXICAN
from ingest.profile import load_profiles
from ingest.recognized import reconcile_recognized
from ingest.recognized.relations import Printing, printing_of

PROFILE = load_profiles()[0]
BOX = Box(0, 0, 1, 1)
GOOD, POOR = 0.99, 0.6

Reading = str | Sequence[str] | None


def value(read: Reading, confidence: float = GOOD) -> Value | None:
    """A figure as two engines read it alike, or as each of several read it (the first stands in the cell)."""
    if read is None:
        return None
    texts = [read, read] if isinstance(read, str) else list(read)
    opinions = tuple(Opinion(t, f"engine {n}", confidence) for n, t in enumerate(texts))
    return read_value(Cell(texts[0], 1, BOX, confidence=confidence, engine="engine 0", opinions=opinions), PROFILE)


def four(readings: Sequence[Reading]) -> Quarterly:
    a, b, c, d = (value(r) for r in readings)
    return a, b, c, d


def row(
    annual: Reading = "1,000",
    goal: Sequence[Reading] = ("200", "300", "100", "400"),
    achieved: Sequence[Reading] = ("150", "330", "", ""),
    progress: Sequence[Reading] = ("75.00%", "110.00%", "", ""),
    accumulated: Sequence[Reading] = ("15.00%", "48.00%", "", ""),
    said: str | None = None,
    code: str = "1.1.1.1",
) -> IndicatorRow:
    return IndicatorRow(
        1, "Actividad", code, "Tesorería", "Objetivo", "Indicador", None, "Trimestral", "Porcentaje", "Pagos",
        value(annual), four(goal), four(achieved), four(progress), four(accumulated), said,
    )  # fmt: skip


def many(count: int = 30) -> list[IndicatorRow]:
    """Rows that were read without a doubt: they tell that the scan is a good one."""
    return [row(code=f"1.1.2.{n}") for n in range(count)]


def bad(count: int = 12) -> list[IndicatorRow]:
    """Rows on which engines differ often: they tell that the scan is a bad one."""
    return [row(goal=(("200", "260"), "300", ("100", "160"), "400"), code=f"1.1.2.{n}") for n in range(count)]


def read(one: IndicatorRow, others: Sequence[IndicatorRow] | None = None) -> IndicatorRow:
    return reconcile_recognized([one, *(many() if others is None else others)], 2, MEXICAN)[0]


def field(of: IndicatorRow, measure: str, quarter: int) -> Value:
    found: Value | None = getattr(of, measure)[quarter - 1]
    assert found is not None
    return found


def test_figures_that_agree_with_the_row_are_confirmed_and_blanks_stay_blank() -> None:
    found = read(row())
    qualities = {f"{m}.{q}": v.quality for m, q, v in found.values()}
    assert {q for f, q in qualities.items() if not f.endswith((".3", ".4")) or f.startswith("goal")} == {
        Quality.CONFIRMED
    }
    assert {q for f, q in qualities.items() if f.endswith((".3", ".4")) and not f.startswith("goal")} == {
        Quality.MISSING
    }
    assert found.findings == ()


def test_an_opinion_that_the_row_agrees_with_repairs_the_reading_and_says_why() -> None:
    found = field(read(row(goal=("200", ("800", "300"), "100", "400"))), "goal", 2)
    assert (found.value, found.text, found.quality) == (300, "800", Quality.REPAIRED)
    assert "300 where '800' was read" in (found.reason or "")
    assert [o.text for o in found.opinions] == ["800", "300"]


def test_a_look_alike_that_no_engine_read_repairs_a_doubtful_reading_on_the_word_of_two_relations() -> None:
    found = read(row(goal=("200", ("800", "806"), "100", "400")))
    assert (field(found, "goal", 2).value, field(found, "goal", 2).quality) == (300, Quality.REPAIRED)


@pytest.mark.parametrize(("printed", "quality"), [("11", Quality.DISPUTED), ("4", Quality.REPAIRED)])
def test_a_sum_alone_adds_no_digit_under_a_stamp(printed: str, quality: Quality) -> None:
    """The publisher may have added ten to the annual goal, and a stroke of the stamp be read as a 1."""
    stamped = row(annual=f"{20 + int(printed)}", goal=("5", ("1", printed), "7", "8"), achieved=[""] * 4,
                  progress=[""] * 4, accumulated=[""] * 4)  # fmt: skip
    first, second, third, fourth = stamped.goal
    assert second is not None
    found = field(read(replace(stamped, goal=(first, replace(second, confidence=0.0), third, fourth))), "goal", 2)
    assert found.quality is quality


def test_what_is_no_misreading_of_anything_read_is_never_put_in() -> None:
    found = field(read(row(goal=("200", ("977", "971"), "100", "400"))), "goal", 2)
    assert (found.value, found.quality) == (977, Quality.DISPUTED)


def test_a_row_with_many_errors_is_flagged_not_repaired() -> None:
    found = read(
        row(annual=("1,600", "1,060"), goal=(("260", "206"), ("800", "806"), ("160", "106"), ("460", "406"))), bad()
    )
    changed = [v for _, _, v in found.values() if v.quality is Quality.REPAIRED]
    assert changed == []
    assert {v.quality for m, _, v in found.values() if m in ("goal", "annual_goal")} == {Quality.DISPUTED}


def test_opinions_that_differ_with_nothing_to_settle_them_are_disputed_and_named() -> None:
    alone = replace(
        row(annual=None, goal=(None,) * 4, progress=(None,) * 4, accumulated=(None,) * 4), justification=None
    )
    found = field(read(replace(alone, achieved=four((("150", "160"), None, None, None)))), "achieved", 1)
    assert (found.value, found.quality) == (150, Quality.DISPUTED)
    assert "also read: 160" in (found.reason or "")


def test_agreement_of_engines_alone_is_unchecked_on_a_good_scan_and_not_enough_on_a_bad_one() -> None:
    alone = row(annual=None, goal=(None,) * 4, achieved=("150", None, None, None), progress=(None,) * 4,
                accumulated=(None,) * 4)  # fmt: skip
    assert field(read(alone), "achieved", 1).quality is Quality.UNCHECKED
    assert field(read(alone, bad()), "achieved", 1).quality is Quality.DISPUTED


def test_confidence_of_an_engine_alone_confirms_nothing() -> None:
    alone = row(annual=None, goal=(None,) * 4, achieved=(("150",), None, None, None), progress=(None,) * 4,
                accumulated=(None,) * 4)  # fmt: skip
    assert field(read(alone), "achieved", 1).quality is Quality.DISPUTED


def test_a_publishers_inconsistency_that_was_surely_read_is_a_finding_and_stays_as_printed() -> None:
    found = read(row(annual="1,300", accumulated=("11.54%", "36.92%", "", "")))
    assert found.annual_goal is not None
    assert found.annual_goal.value == 1300
    assert [f.rule for f in found.findings] == [Rule.QUARTERS_SUM]
    assert all(v.quality is not Quality.REPAIRED for _, _, v in found.values())


def test_what_one_engine_of_many_read_is_no_repair_where_one_sum_alone_asks_for_it() -> None:
    seen = ("200", "200", "200", "200", "500")
    found = read(row(annual="1,300", goal=(seen, "300", "100", "400"), achieved=("", "", "", ""),
                     progress=("",) * 4, accumulated=("",) * 4))  # fmt: skip
    assert field(found, "goal", 1).quality is Quality.DISPUTED


def test_even_one_that_looks_like_a_misreading_is_not_repaired_where_the_reading_is_sure() -> None:
    found = read(row(annual="1,600"))
    assert found.annual_goal is not None
    assert (found.annual_goal.value, found.annual_goal.quality) == (1600, Quality.DISPUTED)


def test_a_misread_justification_is_no_finding_on_a_scan_that_is_not_a_good_one() -> None:
    said = "Se logra el 110.00% de la meta trimestral al registrar 830 pagos de un total de 300 programados."
    assert read(row(said=said), bad()).findings == ()
    assert read(row(said=said)).findings != ()


@pytest.mark.parametrize(("pct", "is_found"), [("11.00", False), ("10.00", False), ("101.00", True)])
def test_a_figure_of_which_like_digits_were_joined_or_a_piece_is_left_is_no_finding(pct: str, is_found: bool) -> None:
    said = f"Se logra el {pct}% de la meta trimestral al registrar 330 pagos de un total de 300 programados."
    assert bool(read(row(said=said)).findings) is is_found


def test_a_sentence_whose_goal_was_taken_for_another_figure_of_it_is_no_finding() -> None:
    said = "Meta Anual: se acumula un total de 480 pgos de 1,000 pregramados, logro del 48.00%."
    assert read(row(said=said)).findings == ()


def test_a_whole_number_is_no_piece_of_one_with_decimals() -> None:
    said = "Se logra el 110.00% de la meta trimestral al registrar 330 pagos de un total de 200 programados."
    assert [f.fields for f in read(row(said=said), bad()).findings] == [("goal.2",)]


def test_a_justification_that_says_something_else_is_a_finding_on_any_scan() -> None:
    said = "Se logra el 110.00% de la meta trimestral al registrar 330 pagos de un total de 719 programados."
    for others in (many(), bad()):
        assert [f.fields for f in read(row(said=said), others).findings] == [("goal.2",)]


def test_letters_in_the_figures_of_a_justification_are_the_digits_that_they_look_like() -> None:
    said = "Se logra el 11O.00% de la meta trimestral al registrar 33O pagos de un total de 3O0 programados."
    assert read(row(said=said)).findings == ()


def test_a_percentage_one_off_in_the_last_place_confirms_nothing() -> None:
    one = row(goal=("210", "290", "100", "400"), achieved=("151", "330", "", ""),
              progress=("71.91%", "113.79%", "", ""), accumulated=("15.10%", "48.10%", "", ""))  # fmt: skip
    assert field(read(one, bad()), "progress_pct", 1).quality is Quality.DISPUTED


@pytest.mark.parametrize(("text", "number"), [("110.0096", 110.0), ("110.009", 110.0), ("11O.00%", 110.0)])
def test_a_percent_sign_never_becomes_digits_of_the_value(text: str, number: float) -> None:
    found = field(read(row(progress=("75.00%", (text, "110.00%"), "", ""))), "progress_pct", 2)
    assert found.value == number
    assert found.quality in (Quality.CONFIRMED, Quality.REPAIRED)


def test_a_speck_that_one_engine_took_for_a_figure_stays_a_blank() -> None:
    found = field(read(row(achieved=("150", "330", ("", "1"), ""))), "achieved", 3)
    assert (found.value, found.quality) == (None, Quality.MISSING)


def test_the_hidden_text_layer_has_no_vote() -> None:
    one = value("330")
    assert one is not None
    hidden = replace(one, opinions=(*one.opinions, Opinion("999", "hidden text")))
    found = read(replace(row(), achieved=(value("150"), hidden, value(""), value(""))))
    assert (field(found, "achieved", 2).value, field(found, "achieved", 2).quality) == (330, Quality.CONFIRMED)


def test_a_figure_of_a_merged_cell_stays_disputed_whatever_the_row_says() -> None:
    merged = value("300")
    assert merged is not None
    merged = replace(merged, quality=Quality.DISPUTED, reason="the figure stands in one cell for several places")
    one = row()
    found = read(replace(one, goal=(one.goal[0], merged, *one.goal[2:])))
    assert field(found, "goal", 2) == merged


def test_an_empty_report_has_no_rows() -> None:
    assert reconcile_recognized([], 2, MEXICAN) == ()


MISREAD = {"0": "68", "1": "74", "2": "7", "3": "8", "4": "1", "5": "6", "6": "58", "7": "12", "8": "36", "9": "8"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_misread_digit_is_never_silently_wrong(data: st.DataObject) -> None:
    goals = [data.draw(st.integers(1, 9999)) for _ in range(4)]
    done = [data.draw(st.integers(1, 9999)) for _ in range(2)]
    year = sum(goals)
    texts: dict[str, list[Reading]] = {
        "annual": [f"{year:,}"],
        "goal": [f"{g:,}" for g in goals],
        "achieved": [*(f"{a:,}" for a in done), "", ""],
        "progress": [*(f"{100 * a / g:.2f}%" for a, g in zip(done, goals, strict=False)), "", ""],
        "accumulated": [f"{100 * done[0] / year:.2f}%", f"{100 * sum(done) / year:.2f}%", "", ""],
    }
    group = data.draw(st.sampled_from(sorted(texts)))
    place = data.draw(st.integers(0, len([t for t in texts[group] if t]) - 1))
    printed = str(texts[group][place])
    at = data.draw(st.sampled_from([i for i, c in enumerate(printed) if c.isdigit()]))
    wrong = printed[:at] + data.draw(st.sampled_from(MISREAD[printed[at]])) + printed[at + 1 :]
    texts[group][place] = (wrong, printed) if data.draw(st.booleans()) else (wrong, wrong)
    one = row(texts["annual"][0], texts["goal"], texts["achieved"], texts["progress"], texts["accumulated"])
    found = {(m, q): v for m, q, v in read(one, bad()).values()}
    true = {("annual_goal", None): float(year)}
    true |= {("goal", q): float(g) for q, g in enumerate(goals, start=1)}
    true |= {("achieved", q): float(a) for q, a in enumerate(done, start=1)}
    for key, number in true.items():
        assert found[key].value == number or not found[key].quality.is_good


def test_a_figure_under_a_stamp_is_filled_where_two_relations_tell_the_same_and_flagged_where_one_does() -> None:
    two = field(read(row(goal=("200", "RECIBIDO 3", "100", "400"))), "goal", 2)
    assert (two.value, two.text, two.quality) == (300, "RECIBIDO 3", Quality.REPAIRED)
    assert "progress and quarters_sum: 300" in (two.reason or "")
    one = field(read(row(goal=("200", "300", "RECIBIDO", "400"))), "goal", 3)
    assert (one.value, one.quality) == (100, Quality.DISPUTED)
    assert "nothing else tells it" in (one.reason or "")


def test_a_figure_under_a_stamp_stays_missing_where_relations_tell_different_things_or_nothing() -> None:
    differing = row(annual="1,500", goal=("200", "RECIBIDO", "100", "400"), accumulated=("", "", "", ""))
    silent = row(annual=None, goal=("200", "300", "RECIBIDO", "400"), accumulated=(None,) * 4)
    for one, quarter in ((differing, 2), (silent, 3)):
        found = field(read(one), "goal", quarter)
        assert (found.value, found.quality) == (None, Quality.MISSING)


def test_a_point_in_a_count_of_a_justification_is_a_comma_but_not_in_a_percentage() -> None:
    one = row(annual="10,000", goal=("2,000", "3,000", "1,000", "4,000"), achieved=("1,500", "3,300", "", ""),
              said="Se logra el 110.00% al registrar 3.300 pagos de un total de 3.000 programados.")  # fmt: skip
    assert read(one).findings == ()


def test_a_piece_of_a_figure_in_a_bad_scans_justification_is_no_finding() -> None:
    said = "Se logra el 1 10.00% de la meta trimestral al registrar 330 pagos de un total de 300 programados."
    assert read(row(said=said), bad()).findings == ()


def test_a_figure_under_a_blot_says_so_and_not_that_a_border_cuts_it() -> None:
    blotted, cut = (
        read_value(Cell("300", 1, BOX, confidence=0.0, opinions=opinions), PROFILE)
        for opinions in ((Opinion("300", "engine 0", 0.9),), ())
    )
    assert (blotted.quality, cut.quality) == (Quality.DISPUTED, Quality.DISPUTED)
    assert "stamp" in (blotted.reason or "")
    assert "border" in (cut.reason or "")


def test_figures_of_columns_that_were_mistaken_for_one_another_are_all_disputed() -> None:
    def report(goals: tuple[str, ...]) -> Sequence[IndicatorRow]:
        rows = [row(annual=None, goal=goals, accumulated=(None,) * 4, code=f"1.1.2.{n}") for n in range(12)]
        return reconcile_recognized(rows, 2, MEXICAN)

    sound, shifted = report(("200", "300", "100", "400")), report(("300", "100", "400", "200"))
    assert field(sound[0], "goal", 3).quality is Quality.UNCHECKED
    assert all(not v.quality.is_good for r in shifted for _, _, v in r.values())
    assert "columns" in (field(shifted[0], "goal", 3).reason or "")


def test_a_quarter_without_a_heading_between_others_puts_the_columns_in_doubt() -> None:
    some = [row(goal=(None, "300", "100", None), code=f"1.1.2.{n}") for n in range(3)]
    found = reconcile_recognized(some, 2, MEXICAN)
    assert all(not v.quality.is_good for r in found for _, _, v in r.values())
    assert any("only the quarters 2 and 3" in (v.reason or "") for _, _, v in found[0].values())


def test_figures_of_two_rows_with_one_code_are_disputed() -> None:
    found = reconcile_recognized([row(code="1.1.2.1"), *many()], 2, MEXICAN)
    doubted = [r for r in found if r.code == "1.1.2.1"]
    assert len(doubted) == 2
    assert all(not v.quality.is_good for r in doubted for _, _, v in r.values())
    assert field(found[3], "goal", 2).quality is Quality.CONFIRMED


def test_figures_of_a_row_whose_code_nobody_read_are_disputed_and_say_so() -> None:
    doubted = replace(row(), doubt="no engine read the code of this row")
    found = reconcile_recognized([doubted, *many()], 2, MEXICAN)
    assert all(not v.quality.is_good for _, _, v in found[0].values())
    assert "no engine read the code" in (field(found[0], "goal", 2).reason or "")
    assert field(found[1], "goal", 2).quality is Quality.CONFIRMED


def test_a_sum_never_repairs_a_figure_that_the_justification_restates_as_it_was_read() -> None:
    said = "La meta programada para el segundo trimestre fue de 3 pagos, logrando 3, es decir el 100.00%."
    unsure = [*["3"] * 3, *["13"] * 2]
    goal = ("3", unsure, "0", "0")
    printed = row("16", goal, ("5", ["", "3"], "", ""), ("", "100.00%", "", ""), ("", "50.00%", "", ""), said)
    assert field(read(printed), "goal", 2).quality is Quality.DISPUTED
    assert field(read(replace(printed, justification=None)), "goal", 2).quality is Quality.REPAIRED


def test_a_sum_that_holds_only_with_figures_that_are_disputed_confirms_none() -> None:
    doubtful = ["1,126,354", "1,126,364", "1,126,354", "1,126,354", "1,126,364"]
    goal = ("109,667", doubtful, ["857,467", "867,467", "857,467", "857,467", "867,467"], "627,945")
    achieved = ("185,552", "926,228", "1,196,665", "")
    said = "La meta programada para el tercer trimestre fue de 867,467 pagos, logrando 1,196,665, es decir el 137.95%."
    percentages = ("", "", "137.95%", ""), ("", "", "84.51%", "")
    one = row(["2,731.443", "2.731.43"], goal, achieved, *percentages, said)
    found = reconcile_recognized([one, *bad()], 3, MEXICAN)[0]
    assert found.annual_goal is not None
    assert found.annual_goal.quality is Quality.DISPUTED
    assert field(found, "goal", 2).quality is Quality.DISPUTED


def test_a_percentage_of_a_bad_scan_that_is_one_off_its_quotient_is_disputed() -> None:
    said = "Al segundo trimestre se acumulan 6,783 pagos de 22,269 programados: un logro del 30.46%."
    goal = ("6,783", "2,274", "7,522", "5,690")
    accumulated = ("30.46%", "30.45%", "", "")
    one = row("22,269", goal, ("6,783", "0", "", ""), ("100.00%", "0.00%", "", ""), accumulated, said)
    assert field(read(one, bad()), "accumulated_pct", 2).quality is Quality.DISPUTED


def test_codes_that_may_have_lost_a_point_are_doubted_and_those_above_them_are_not() -> None:
    codes = (("1.1", "Fin"), ("1.1.1", "Propósito"), ("1.1.11", "Componente"), ("1.1.11.1", "Actividad"))
    lost = [replace(row(code=code), level=level) for code, level in codes]
    found = reconcile_recognized(lost, 2, MEXICAN)
    assert [field(r, "goal", 1).quality.is_good for r in found] == [True, False, False, False]
    assert "lost a point" in (field(found[2], "goal", 1).reason or "")
    whole = [replace(r, code=c) for r, c in zip(lost, ("1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1"), strict=True)]
    assert all(field(r, "goal", 1).quality.is_good for r in reconcile_recognized(whole, 2, MEXICAN))


@pytest.mark.parametrize("others", [1, 3, 5])
def test_codes_that_begin_unlike_most_of_the_report_are_doubted(others: int) -> None:
    mine, foreign = ([row(code=f"{n}.1.{k}") for k in range(7 if n == 4 else others)] for n in (4, 2))
    found = reconcile_recognized([*mine, *foreign], 2, MEXICAN)
    doubted = ["begins unlike" in (field(r, "goal", 1).reason or "") for r in found]
    assert doubted == [False] * 7 + [others < 5] * others
    assert ["code" in r.unsure for r in found] == doubted


def test_codes_are_doubted_where_some_begin_with_numbers_that_others_part_by_points() -> None:
    rows = [row(code=c) for c in ("1.2.6", "126.1", "126.1.1", "126.1.1.1")]
    assert all("lost points" in (field(r, "goal", 1).reason or "") for r in reconcile_recognized(rows, 2, MEXICAN))
    sound = [row(code=c) for c in ("9.1", "9.1.1", "10.1", "10.1.1")]
    assert all(field(r, "goal", 1).quality is Quality.CONFIRMED for r in reconcile_recognized(sound, 2, MEXICAN))


def test_a_code_that_lost_its_beginning_is_doubted() -> None:
    rows = [row(code=code) for code in ("1.1", *(f"5.1.1.{n}" for n in range(1, 9)))]
    found = reconcile_recognized(rows, 2, MEXICAN)
    assert [field(r, "goal", 1).quality.is_good for r in found] == [False, *[True] * 8]


@pytest.mark.parametrize(
    ("exact", "printed"), [(65.625, (65.63, 65.62)), (18.125, (18.13, 18.12)), (1.005, (1.01, 1.0))]
)
def test_a_percentage_halfway_between_two_is_rounded_up_as_spreadsheets_do(
    exact: float, printed: tuple[float, float]
) -> None:
    assert Printing().of(exact, 2) == pytest.approx(printed)
    assert Printing(truncates=False).of(exact, 2) == pytest.approx(printed[:1])
    assert Printing().of(50.0, 2) == (50.0,)


def test_a_report_is_taken_to_truncate_only_where_percentages_show_it() -> None:
    def printed(*pcts: str) -> list[IndicatorRow]:
        return [row(annual="349", achieved=("77", "145", "45", "65"), accumulated=("", "", "", p)) for p in pcts]

    assert not printing_of(many()).truncates
    assert not printing_of(printed("95.13%", "95.13%", "95.12%")).truncates
    assert printing_of(printed("95.12%", "95.12%")).truncates


def test_a_figure_of_a_bad_scan_beside_one_that_is_gone_is_disputed() -> None:
    faded = row(annual="", goal=("200", "300", "15", "400"), progress=("", "", "", ""), accumulated=("", "", "", ""))
    others = [*many(), *[replace(r, code=f"1.1.{n}") for n, r in enumerate(bad(2), 5)]]
    got = read(faded, others)
    assert (field(got, "goal", 3).value, field(got, "goal", 3).quality) == (15, Quality.DISPUTED)
    assert "annual_goal and progress_pct.1" in (field(got, "goal", 3).reason or "")
    assert field(read(faded, many()), "goal", 3).quality is Quality.UNCHECKED


def test_a_figure_of_a_bad_scan_that_may_be_a_piece_of_the_one_that_the_row_asks_for_is_no_finding() -> None:
    faded = row("4,842", goal=("200", "300", "100", "42"), accumulated=("3.10%", "9.91%", "", ""))
    other = row("4,842", goal=("200", "300", "100", "71"), accumulated=("3.10%", "9.91%", "", ""))
    worse = [replace(r, code=f"1.1.{n}") for n, r in enumerate(bad(2), 5)]
    assert read(faded, [*many(), *worse]).findings == ()
    assert [f.rule for f in read(other, [*many(), *worse]).findings] == [Rule.QUARTERS_SUM]


def test_a_percentage_whose_sign_was_read_as_digits_is_no_finding() -> None:
    misread = row(achieved=("157", "", "", ""), progress=("78.50%", "", "", ""), accumulated=("15.7096", "", "", ""))
    odd = row("1,003", achieved=("157", "", "", ""), progress=("78.50%", "", "", ""),
              accumulated=("15.6596", "", "", ""), goal=("200", "300", "100", "403"))  # fmt: skip
    assert read(misread).findings == ()
    assert read(odd).findings == ()


def test_a_figure_of_a_bad_scan_that_nothing_supports_is_disputed_beside_one_in_doubt() -> None:
    spoiled = row(goal=("1", "300", "100", "400"), achieved=("150", "", "", ""), progress=("", "", "", ""))
    worse = [replace(r, code=f"1.1.{n}") for n, r in enumerate(bad(2), 5)]
    assert field(read(spoiled), "achieved", 1).quality is Quality.UNCHECKED
    got = field(read(spoiled, [*many(), *worse]), "achieved", 1)
    assert (got.value, got.quality) == (150, Quality.DISPUTED)


def test_a_percentage_of_a_bad_scan_without_the_decimals_of_the_others_is_disputed() -> None:
    short = row(achieved=("", "", "", ""), progress=("75.00%", "", "", ""), accumulated=("", "48", "", ""))
    others = [*many(), *[replace(r, code=f"1.1.{n}") for n, r in enumerate(bad(2), 5)]]
    assert "lost some" in (field(read(short, others), "accumulated_pct", 2).reason or "")
