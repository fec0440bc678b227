"""Pages that can be corrected, in a real browser, and the commands that take the list they save."""
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from corrected import CorrectionsTest, rows_of
from page import needs_browser
from program import PROGRAM, photo

try:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select
except ImportError:
    pass

ODD = ['a,"b".jpg', "#1.jpg", "new\nline.jpg", "<i>&amp;.jpg", b"\xff.jpg"]


class Relabel(CorrectionsTest):
    """What finetune makes of a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finetune(cls(), "before")
        cls.validation = {os.path.relpath(row["path"], cls.data): row for row in rows_of(cls.folder / "before" / "validation.csv")}
        names = [f"blue/wrong{i}.jpg" for i in range(12)]
        cls.wrong = ([name for name in names if name in cls.validation], [name for name in names if name not in cls.validation])
        assert all(cls.wrong), cls.wrong

    def test_labels_change_in_training_and_validation_and_the_draw_does_not(self):
        in_validation, in_training = self.wrong
        left_out = in_training.pop()
        fixes = self.written("fixes.csv", *(f"{name},label,red" for name in in_validation + in_training), f"{left_out},leave out,",
                             "red/1.jpg,keep,", "red/2.jpg,label,red")
        done, metrics = self.finetune("after", "--relabel", fixes)
        self.assertEqual((metrics["relabeled"], metrics["relabeled_validation"], metrics["excluded"]),
                         (len(in_training), len(in_validation), 1))
        rows = {self.in_data(row["path"]): row for row in rows_of(self.folder / "after" / "validation.csv")}
        self.assertEqual(set(rows), set(self.validation))
        self.assertEqual({rows[name]["label"] for name in in_validation}, {"red"})
        right = [row["class"] == name.split("/")[0] for name, row in rows.items()]
        self.assertAlmostEqual(metrics["accuracy_original_labels"], sum(right) / len(right))
        self.assertGreater(metrics["accuracy"], metrics["accuracy_original_labels"])
        self.assertIn(f"with the labels as the data has them, {len(in_validation)} of which were corrected", done.stdout)
        self.assertIn(f"{len(in_training)} photos with corrected labels in training, {len(in_validation)} in validation", done.stdout)
        self.assertIn("measured on with corrected labels", done.stdout)
        page = (self.folder / "after" / "report.html").read_text()
        self.assertIn("With the labels as the data has them", page)
        self.assertIn(f'trained on with a corrected label</th><td>{len(in_training)}</td>', page)

    def test_exclude_takes_what_was_left_out_and_nothing_else(self):
        name = self.wrong[1][0]
        fixes = self.written("out.csv", f"{name},leave out,", "red/1.jpg,label,blue")
        metrics = self.finetune("excluded", "--exclude", fixes)[1]
        self.assertEqual((metrics["excluded"], metrics["relabeled"]), (1, 0))
        self.assertIsNone(metrics["accuracy_original_labels"])

    def test_a_person_wins_over_the_list_of_check(self):
        fix_list = self.folder / "fix.txt"
        fix_list.write_text(f"{self.wrong[1][0]}\n{self.wrong[1][1]}\n")
        fixes = self.written("kept.csv", f"{self.wrong[1][0]},label,red")
        metrics = self.finetune("both", "--exclude", fix_list, "--relabel", fixes)[1]
        self.assertEqual((metrics["excluded"], metrics["relabeled"] + metrics["relabeled_validation"]), (1, 1))

    def test_refuses_what_would_be_a_mistake(self):
        refused = lambda *rows: self.finetune("none", "--relabel", self.written("bad.csv", *rows), expect=1)[0].stderr
        self.assertIn("bad.csv':2: expected one of the classes 'blue', 'red', got 'rde'", refused("red/1.jpg,label,rde"))
        self.assertIn("got none of them, as 'cats/1.jpg'", refused("cats/1.jpg,keep,"))
        (self.folder / "list.txt").write_text("red/1.jpg\n")
        self.assertIn("begin with 'path,answer,label'", self.finetune("none", "--relabel", self.folder / "list.txt", expect=1)[0].stderr)
        self.assertIn("no file that can be read", self.finetune("none", "--relabel", self.folder / "no.csv", expect=1)[0].stderr)
        done = self.finetune("some", "--relabel", self.written("some.csv", "red/1.jpg,keep,", "gone.jpg,keep,"))[0]
        self.assertIn("1 of its photos are not in", done.stderr)

    @needs_browser
    def test_the_report_is_corrected_by_keyboard_and_learned_from(self):
        self.open(self.folder / "before" / "report.html")
        shown = [f.get_attribute("data-path") for f in self.find("#mistakes figure")]
        self.assertEqual(set(self.wrong[0]), set(shown) & set(self.wrong[0]))
        first = self.find("#mistakes figure")[0]
        self.focus(first)
        self.press(Keys.ENTER)
        self.assertEqual(self.focused(), shown[1])  # on to the next
        if len(shown) > 1:
            self.press("x")
        expected = {shown[0]: "label", **({shown[1]: "leave out"} if len(shown) > 1 else {})}
        self.focus(self.find("figure.right")[0])
        kept = self.focused()
        self.press(" ")
        self.assertEqual(self.answers(), {**expected, kept: "keep"})
        self.assertEqual(self.counter(), f"{len(expected)} corrected, 1 kept")
        self.browser.refresh()
        self.assertEqual(self.answers(), {**expected, kept: "keep"})
        saved = rows_of(self.save())
        is_red = "red" if shown[0].startswith("blue") else "blue"
        self.assertIn({"path": shown[0], "answer": "label", "label": is_red}, saved)
        self.assertEqual({row["path"]: row["answer"] for row in saved}, {**expected, kept: "keep"})
        metrics = self.finetune("from_page", "--relabel", self.downloads / "corrections.csv")[1]
        self.assertEqual(metrics["relabeled_validation"], 1)
        self.assertEqual(metrics["excluded_validation"], len(shown) > 1)

    @needs_browser
    def test_keys_move_undo_and_number_the_classes(self):
        self.open(self.folder / "before" / "report.html")
        paths = [f.get_attribute("data-path") for f in self.find("figure[data-path]")]
        self.press("j")
        self.assertIn(self.focused(), paths)
        at = paths.index(self.focused())
        self.press(Keys.ARROW_RIGHT, "j", "k", Keys.ARROW_LEFT)
        self.assertEqual(self.focused(), paths[at])
        own, other = ("1", "2") if paths[at].startswith("blue") else ("2", "1")
        self.press(other)
        self.assertEqual(self.answers(), {paths[at]: "label"})
        self.press("u")
        self.assertEqual((self.answers(), self.focused(), self.counter()), ({}, paths[at], "0 corrected"))
        self.press(own)
        self.assertEqual(self.answers(), {paths[at]: "keep"})
        figure = self.find(f"figure[data-path='{paths[at]}']")[0]
        buttons = {b.text: b for b in figure.find_elements(By.TAG_NAME, "button")}
        self.assertEqual(buttons["keep"].get_attribute("aria-pressed"), "true")
        self.click(buttons["leave out"])
        self.assertEqual(self.answers(), {paths[at]: "leave out"})
        buttons["leave out"].click()  # again: takes it back
        self.assertEqual(self.answers(), {})
        self.find("#corrections .line button")[0].click()  # Undo
        self.assertEqual(self.answers(), {paths[at]: "leave out"})

    @needs_browser
    def test_cells_of_the_matrix_show_their_photos(self):
        self.open(self.folder / "before" / "report.html")
        mistakes = lambda: [f.get_attribute("data-path") for f in self.find("#mistakes figure") if f.is_displayed()]
        everything = mistakes()
        confusion = json.loads((self.folder / "before" / "metrics.json").read_text())["confusion"]
        cell = self.find("[data-cell='0 1'] button")[0]
        self.assertTrue(cell.text.startswith(str(confusion[0][1])))
        self.click(cell)
        self.assertEqual(len(mistakes()), confusion[0][1])
        self.assertTrue(all(path.startswith("blue/") for path in mistakes()))
        said = self.find("#mistakes .filter")[0].text
        self.assertIn(f"blue, predicted red: {confusion[0][1]} of {confusion[0][1]}.", said)
        self.click(self.find("#mistakes .filter button")[0])
        self.assertEqual(mistakes(), everything)


class OtherPages(CorrectionsTest):
    @needs_browser
    def test_check_is_corrected_and_odd_names_come_back(self):
        data = self.folder / "odd"
        shutil.copytree(self.data, data)
        for name in ODD:
            shutil.copy(data / "red" / "1.jpg", os.path.join(os.fsencode(data / "red"), name if isinstance(name, bytes) else name.encode()))
        self.run_program("check", data, "--backbone", self.net, "--image-size", 64, "--out", self.folder / "check", "--quiet")
        self.open(self.folder / "check" / "check.html")
        copies = self.find("#duplicates figure")
        self.assertEqual(len(copies), 1 + len(ODD))
        self.focus(copies[0])
        self.press(" ", *["x"] * len(ODD))
        self.assertEqual(sorted(self.answers().values()), ["keep"] + ["leave out"] * len(ODD))
        doubtful = self.find("#labels figure")[0]
        path = doubtful.get_attribute("data-path")
        self.focus(doubtful)
        self.press(Keys.ENTER)
        self.assertEqual(self.counter(), f"{1 + len(ODD)} corrected, 1 kept")
        done, metrics = self.finetune("odd_run", "--relabel", self.save(), data=data)
        self.assertNotIn("warning", done.stderr)
        self.assertEqual((metrics["excluded"] + metrics["excluded_validation"], metrics["relabeled"] + metrics["relabeled_validation"]),
                         (len(ODD), 1), path)

    def test_without_scripts_there_is_nothing_to_press(self):
        self.run_program("check", self.data, "--out", self.folder / "plain", "--quiet")
        page = re.sub("<script>.*</script>", "", (self.folder / "plain" / "check.html").read_text(), flags=re.S)
        self.assertNotIn("<button", page)
        self.assertRegex(page, '<div id="corrections"[^>]* hidden=""')

    @needs_browser
    def test_one_of_many_classes_is_chosen_from_a_list(self):
        data = self.folder / "seven"
        for c in range(7):
            for i in range(8):
                photo(data / f"class {c}" / f"{i}.jpg", (110 + 5 * c, 130, 140 - 5 * c), seed=50 * c + i)
        self.finetune("seven_run", "--l2", 0.1, data=data)
        self.open(self.folder / "seven_run" / "report.html")
        figure = self.find("#mistakes figure")[0]
        own, model = (int(figure.get_attribute(f"data-{name}")) for name in ("class", "suggested"))
        select = figure.find_element(By.TAG_NAME, "select")
        self.assertEqual(len(Select(select).options), 1)
        self.focus(select)
        names = [option.text for option in Select(select).options[1:]]
        self.assertEqual(names, [f"class {c}" for c in range(7) if c not in (own, model)])
        Select(select).select_by_visible_text(names[-1])
        self.browser.refresh()
        chosen = self.find("#mistakes figure")[0].find_element(By.TAG_NAME, "select")
        self.assertEqual(Select(chosen).first_selected_option.text, names[-1])
        self.assertEqual(rows_of(self.save())[0]["label"], names[-1])


class Classify(CorrectionsTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finetune(cls(), "run")
        cls.new = cls.folder / "new"
        for i in range(10):
            photo(cls.new / f"{i}.jpg", (200, 60, 60) if i % 2 else (60, 60, 200), seed=300 + i)
        (cls.new / "bad.jpg").write_bytes(b"")

    def classify(self, *options, **more):
        done = subprocess.run([PROGRAM, "classify", "new", "--model", "run", *map(str, options)], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, more.get("expect", 3), done.stderr)
        return done

    def test_what_a_person_said_wins(self):
        before = {row["path"]: row["class"] for row in csv.DictReader(io.StringIO(self.classify().stdout))}
        other = {"red": "blue", "blue": "red"}
        fixes = self.written("said.csv", f"new/1.jpg,label,{other[before['new/1.jpg']]}", "new/2.jpg,leave out,", "new/3.jpg,keep,",
                             "new/none.jpg,keep,")
        done = self.classify("--corrections", fixes, "--sort-into", "sorted", "--report", "page.html", "--out", "rows.csv")
        rows = {row["path"]: row for row in rows_of(self.folder / "rows.csv")}
        first = rows["new/1.jpg"]
        self.assertEqual((first["class"], first["probability"], first["note"]), (other[before["new/1.jpg"]], "1.000000", "corrected"))
        self.assertEqual((rows["new/2.jpg"]["class"], rows["new/2.jpg"]["note"]), (before["new/2.jpg"], "left out"))
        self.assertEqual((rows["new/3.jpg"]["class"], rows["new/3.jpg"]["note"]), (before["new/3.jpg"], "corrected"))
        self.assertEqual(rows["new/4.jpg"]["note"], "")
        files = {path.name: path.parent.name for path in (self.folder / "sorted").glob("*/*.jpg")}
        self.assertEqual(files, {pathlib.Path(path).name: row["class"] for path, row in rows.items()
                                 if path not in ("new/2.jpg", "new/bad.jpg")})
        for part in ("2 as a person corrected them; 1 left out", "wrote rows.csv", "to look at: page.html",
                     "1 of its photos were not classified, the first 'new/none.jpg'"):
            self.assertIn(part, done.stderr)
        page = (self.folder / "page.html").read_text()
        self.assertNotIn('data-path="new/1.jpg"', page)
        self.assertIn('data-path="new/4.jpg"', page)

    def test_refuses_what_would_be_a_mistake(self):
        self.assertIn("expected one of the classes 'blue', 'red'",
                      self.classify("--corrections", self.written("typo.csv", "new/1.jpg,label,rde"), expect=1).stderr)
        self.classify("--report", self.new / "1.jpg" / "page.html", expect=1)

    @needs_browser
    def test_the_page_is_corrected_and_its_list_taken(self):
        self.classify("--report", "look.html")
        self.open(self.folder / "look.html")
        self.assertIn("bad.jpg", self.find("#unreadable")[0].text)
        figures = self.find("#uncertain figure")
        self.assertEqual(len(figures), 10)
        paths = [figure.get_attribute("data-path") for figure in figures]
        said = [("blue", "red")[int(figure.get_attribute("data-class"))] for figure in figures]
        self.focus(figures[0])
        self.press(" ", Keys.ENTER, "x", "1")
        self.assertEqual(self.focused(), paths[4])
        other = {"red": "blue", "blue": "red"}
        self.assertEqual([(row["path"], row["answer"], row["label"]) for row in rows_of(self.save())], sorted([
            (paths[0], "label", said[0]), (paths[1], "label", other[said[1]]), (paths[2], "leave out", ""), (paths[3], "label", "blue")]))
        rows = csv.DictReader(io.StringIO(self.classify("--corrections", self.downloads / "corrections.csv").stdout))
        rows = {row["path"]: (row["class"], row["note"]) for row in rows}
        self.assertEqual([rows[path] for path in paths[:4]],
                         [(said[0], "corrected"), (other[said[1]], "corrected"), (said[2], "left out"), ("blue", "corrected")])


if __name__ == "__main__":
    unittest.main()
