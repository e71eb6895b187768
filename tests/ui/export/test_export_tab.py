"""The tab *Export*: what goes out is seen before, is whole after, and a stop loses nothing."""

import json

from PySide6.QtWidgets import QFileDialog

from app.annotation.labels import LabeledBox
from app.dataset.record_file import read_records
from app.project.project import Project
from tests.dataset.export_projects import export, label, project_with

MANY = 400  # enough to be stopped in the middle
CONFIG = """
model { ssd { num_classes: 90 } }
train_config { batch_size: 24 }
train_input_reader { label_map_path: "a" tf_record_input_reader { input_path: "b" } }
eval_input_reader { label_map_path: "a" tf_record_input_reader { input_path: "c" } }
"""


def records_of(project, name="dataset"):
    folder = project.folder / "exports" / name
    return {path.name: len(list(read_records(path))) for path in folder.glob("*.record*")}


def test_the_sample_is_exported_by_a_click(open_tab, sample, reported):
    person = open_tab(sample)
    assert person.says("export-set-all-images") == "60"
    assert "There is no split" in person.says("export-sets-text")
    person.export()
    assert records_of(sample) == {"all.record": 60}
    assert "whole" in person.says("export-bar-text")
    assert person.says("export-card-dataset-state") == "Whole"
    assert not reported
    assert person.jobs[0] is not None
    assert person.jobs[-1] is None


def test_sets_forms_shards_and_gzip_go_out_as_chosen(open_tab, painted):
    person = open_tab(painted)
    assert person.says("export-set-train-images") == "7"
    assert person.says("export-set-test-boxes") == "6"
    person.part("export-shards").setValue(2)
    for name in ("export-gzip", "export-also-coco", "export-also-yolo"):
        person.part(name).click()
    person.export("both")
    assert sum(records_of(painted, "both").values()) == 10
    folder = painted.folder / "exports" / "both"
    names = {path.name for path in folder.iterdir()}
    assert {"train.record-00000-of-00002.gz", "coco", "yolo", "train.csv"} <= names


def test_stop_keeps_what_is_whole_and_go_on_gives_the_same_bytes(open_tab, tmp_path, reported):
    project = project_with(tmp_path / "many", MANY, is_split=False)
    person = open_tab(project)
    person.part("export-shards").setValue(80)
    person.part("export-name").setText("big")
    stop_on_the_way(person)
    person.press("export-start-button")
    person.wait()
    exports = project.folder / "exports"
    assert not (exports / "big").exists()
    kept = list((exports / "big.partial" / "parts").glob("*.json"))
    assert kept
    assert "interrupted" in person.says("export-bar-text")
    person.part("export-name").setText("another")  # goes on as it began all the same
    person.press("export-bar-go-on")
    person.wait()
    assert not (exports / "big.partial").exists()
    assert sum(records_of(project, "big").values()) == MANY
    straight = export(project, name="straight", shards=80).folder
    assert record_bytes(exports / "big") == record_bytes(straight)
    assert not reported


def test_what_was_interrupted_can_be_discarded(open_tab, painted):
    (painted.folder / "exports" / "older.partial" / "parts").mkdir(parents=True)
    person = open_tab(painted)
    assert "older" in person.says("export-bar-text")
    person.press("export-bar-discard")
    person.wait()
    person.until(lambda: not (painted.folder / "exports" / "older.partial").exists())
    assert not person.has("export-bar")


def test_an_export_of_the_same_name_is_replaced_only_when_the_person_says_so(open_tab, painted):
    export(painted)
    manifest = painted.folder / "exports" / "dataset" / "manifest.json"
    before = manifest.read_bytes()
    person = open_tab(painted)
    person.part("export-gzip").click()
    person.export()
    assert manifest.read_bytes() == before
    person.press("export-bar-replace")
    person.wait()
    assert json.loads(manifest.read_text())["settings"]["is_compressed"]


def test_an_export_can_take_the_next_free_name_instead(open_tab, painted):
    export(painted)
    person = open_tab(painted)
    person.export()
    person.press("export-bar-other-name")
    person.wait()
    assert records_of(painted) == records_of(painted, "dataset-2") != {}


def test_a_damaged_export_says_which_file(open_tab, painted):
    export(painted)
    path = painted.folder / "exports" / "dataset" / "test.record"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    person = open_tab(painted)
    assert "test.record" in person.says("export-card-dataset-state")
    (path.parent / "train.csv").unlink()
    person.tab._shelf.read()
    person.wait()
    assert "train.csv" in person.says("export-card-dataset-state")


def test_a_name_that_no_folder_can_have_is_said_at_once(open_tab, painted):
    person = open_tab(painted)
    person.part("export-name").setText("a/b")
    assert person.has("export-fault")
    assert not person.part("export-start-button").isEnabled()
    person.part("export-name").setText("ab")
    assert not person.has("export-fault")
    assert person.part("export-start-button").isEnabled()


def test_nothing_labelled_is_said_with_what_to_do(open_tab, tmp_path):
    project = Project.create(tmp_path / "bare")
    person = open_tab(project)
    assert "Draw boxes first" in person.says("export-sets-text")
    assert not person.part("export-start-button").isEnabled()


def test_without_a_split_a_button_leads_to_the_split(open_tab, sample):
    person = open_tab(sample)
    person.press("export-split")
    assert person.splits


def test_problems_are_listed_with_what_to_do_and_lead_to_the_picture(open_tab, painted):
    broken = painted.images_folder / "s0" / "000.jpg"
    broken.write_bytes(broken.read_bytes()[:200])
    label(painted, "s1/001.jpg", [LabeledBox("bird", 1, 1, 20, 20)])
    person = open_tab(painted)
    person.press("export-check-button")
    person.wait()
    assert "Problems: 2" in person.says("export-problems-text")
    tree = person.part("export-problem-tree")
    groups = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    assert [group.text(0) for group in groups[:2]] == [
        "Pictures that can't be read (1)",
        "Classes that the project lacks (1)",
    ]
    assert "Add the class to the project" in groups[1].child(0).text(0)
    tree.itemActivated.emit(groups[1].child(1), 0)
    tree.itemActivated.emit(groups[0].child(1), 0)
    assert person.pictures == [painted.images_folder / "s1" / "001.jpg", broken]


def test_a_pipeline_config_is_made_to_fit(open_tab, painted, tmp_path, monkeypatch):
    given = tmp_path / "pipeline.config"
    given.write_text(CONFIG)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(given), ""))
    person = open_tab(painted)
    person.press("export-pipeline-choose")
    person.part("export-batch-size").setValue(4)
    person.export()
    text = (painted.folder / "exports" / "dataset.pipeline.config").read_text()
    assert "num_classes: 2" in text
    assert "batch_size: 4" in text
    assert "train.record" in text
    assert given.read_text() == CONFIG
    assert "dataset.pipeline.config" in person.says("export-bar-text")


def test_a_broken_pipeline_config_is_told_and_the_export_is_whole(
    open_tab, painted, tmp_path, monkeypatch, reported
):
    given = tmp_path / "pipeline.config"
    given.write_text("model {")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(given), ""))
    person = open_tab(painted)
    person.press("export-pipeline-choose")
    person.export()
    assert [error.code for error in reported] == ["config-broken"]
    assert sum(records_of(painted).values()) == 10


def test_the_choice_is_there_again_when_the_project_is_opened_next(open_tab, painted):
    person = open_tab(painted)
    person.part("export-shards").setValue(3)
    person.export("three")
    again = open_tab(painted)
    assert again.says("export-name") == "three"
    assert again.part("export-shards").value() == 3


def test_another_project_takes_the_place_at_once(open_tab, painted, sample, state):
    person = open_tab(painted)
    person.press("export-check-button")
    state.set_project(sample)
    person.wait()
    assert person.says("export-set-all-images") == "60"
    person.press("export-page-problems")
    assert person.says("export-unchecked-title") == "Not checked yet"
    assert person.has("export-unchecked")
    state.set_project(None)
    assert not person.part("export-start-button").isEnabled()


def test_closing_the_tab_stops_the_export_and_leaves_no_process(open_tab, tmp_path):
    project = project_with(tmp_path / "many", MANY, is_split=False)
    person = open_tab(project)
    person.press("export-start-button")
    assert person.tab.is_busy
    person.tab.shutdown()
    assert not person.tab.is_busy
    assert not (project.folder / "exports" / "dataset").exists()


def record_bytes(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.record*")}


def stop_on_the_way(person):
    exporting = person.tab._exporting

    def stop(done, _total):
        if exporting.doing == "exporting" and done >= 20:
            exporting.progressed.disconnect(stop)
            person.press("export-stop-button")

    exporting.progressed.connect(stop)
