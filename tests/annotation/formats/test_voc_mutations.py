"""Five hundred label files broken at random; `tests/support/xml_mutations.py 10000` does more."""

from tests.support.xml_mutations import check_mutations


def test_no_mutation_crashes_drops_an_object_unheard_or_overwrites_what_was_refused(tmp_path):
    outcomes = check_mutations(500, "tests", tmp_path)
    assert outcomes.total() == 500
    assert min(outcomes["broken"], outcomes["mended"], outcomes["as it was"]) > 20
