"""pawprint faces serve: the server, as any program may ask it."""
import concurrent.futures
import io
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import numpy
from PIL import Image, ImageCms

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import Server, group_photo, prepare
from program import PROGRAM, needs_shared

FOLDER = None  # with faces.pt and pictures, for all tests here
BAD = {}       # photos that cannot be used: name -> (bytes, status)


def setUpModule():
    global FOLDER
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="pawprint-serve-"))
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    BAD.update(prepare(FOLDER))


class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(FOLDER / "faces.pt")
        cls.addClassCleanup(cls.server.stop)

    def frame(self, **more):
        return self.server.ask("/api/frame", {"face": "g0", "moves": {"Smiling": 1}}, **more)

    def error(self, answer):
        return json.loads(answer[2])["error"]

    def test_frames_are_pictures_of_the_models_size(self):
        status, headers, body = self.frame()
        self.assertEqual((status, headers["Content-Type"]), (200, "image/png"))
        self.assertEqual(Image.open(io.BytesIO(body)).size, (32, 32))
        self.assertNotEqual(body, self.server.ask("/api/frame", {"face": "g0"})[2])

    def test_answers_only_those_who_know_the_token(self):
        for token in (None, "", "0" * 32, self.server.token[:-1], self.server.token + "0"):
            status, _, _ = self.frame(token=token)
            self.assertEqual(status, 403, token)
        self.assertEqual(self.server.ask("/api/model", token=None)[0], 403)
        self.assertEqual(self.server.ask("/api/nothing", token=None)[0], 403)

    def test_answers_no_other_host_and_no_other_origin(self):
        for host in ("evil.example", f"evil.example:{self.server.port}", ""):
            self.assertEqual(self.frame(Host=host)[0], 403, host)
            self.assertEqual(self.server.ask("/", Host=host)[0], 403, host)
        for origin in ("http://evil.example", "null", f"http://localhost:{self.server.port}", "http://127.0.0.1:1"):
            self.assertEqual(self.frame(Origin=origin)[0], 403, origin)
        self.assertEqual(self.frame(Origin=f"http://127.0.0.1:{self.server.port}")[0], 200)
        self.assertEqual(self.frame(Host="localhost:8080", Origin="http://localhost:8080")[0], 200)  # a tunnel

    def test_every_answer_forbids_framing_caching_sniffing_and_foreign_code(self):
        for path in ("/", "/main.js", "/api/model", "/nothing"):
            _, headers, _ = self.server.ask(path)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Frame-Options"], "DENY")
            self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_wrong_requests_are_refused_with_one_message(self):
        for path, body, expected in (("/nothing", None, 404), ("/api/nothing", None, 404), ("/api/frame", None, 405),
                                     ("/", b"x", 405), ("/api/frame", b"{", 400), ("/api/frame", bytes(70_000), 413),
                                     ("/api/frame", {"face": "p99"}, 404), ("/api/strip", {"face": "g0"}, 400),
                                     ("/api/frame", {"face": "g0", "moves": {"Wings": 1}}, 400),
                                     ("/api/frame", {"face": "g0", "others": {"p0": 1}}, 400),
                                     ("/api/stage", {"face": "g0"}, 404), ("/api/stage", {"face": "p99"}, 404)):
            answer = self.server.ask(path, body)
            self.assertEqual(answer[0], expected, (path, body))
            self.assertNotIn("\n", self.error(answer))

    def test_bad_photos_are_refused_with_one_message(self):
        for name, (content, expected) in BAD.items():
            answer = self.server.ask("/api/photos", content)
            self.assertEqual(answer[0], expected, (name, answer[2]))
        self.assertEqual(self.server.ask("/api/photos", b"")[0], 422)
        self.assertEqual(json.loads(self.server.ask("/api/photos", BAD["nobody.png"][0])[2])["kind"], "no_face")

    def test_a_photo_comes_back_in_its_size_and_changed(self):
        photo = (FOLDER / "photo.png").read_bytes()
        face = json.loads(self.server.ask("/api/photos?aligned=1", photo)[2])["faces"][0]
        before, after = (numpy.asarray(Image.open(io.BytesIO(self.server.ask("/api/download", {
            "face": face, "moves": moves})[2])), int) for moves in ({}, {"Smiling": 2}))
        original = numpy.asarray(Image.open(FOLDER / "photo.png").convert("RGB"), int)
        self.assertTrue((before == original).all())
        self.assertEqual(after.shape, original.shape)
        self.assertTrue((after != original).any())

    def test_the_stage_is_the_photo_and_a_frame_its_area(self):
        told = json.loads(self.server.ask("/api/photos?aligned=1", (FOLDER / "photo.png").read_bytes())[2])
        face, (x, y, width, height) = told["faces"][0], told["areas"][0]
        stage, frame = (Image.open(io.BytesIO(self.server.ask(path, {"face": face})[2])) for path in ("/api/stage", "/api/frame"))
        self.assertEqual(list(stage.size), told["size"])
        self.assertEqual(frame.size, (width, height))
        difference = numpy.asarray(stage, int)[y:y + height, x:x + width] - numpy.asarray(frame, int)
        self.assertLess(numpy.abs(difference).mean(), 2)  # both are JPEG

    def test_model_says_what_generated_faces_have(self):
        told = json.loads(self.server.ask("/api/model")[2])
        self.assertEqual(list(told["has"]), sorted(told["gallery"]))
        names = {attribute["name"] for attribute in told["attributes"]}
        self.assertTrue(all(set(has) <= names for has in told["has"].values()))

    def test_the_sharpest_face_comes_first(self):
        all_faces = numpy.asarray(Image.open(io.BytesIO(self.server.ask("/api/gallery")[2])).convert("L"), float)
        def detail(face):
            return (4 * face[1:-1, 1:-1] - face[:-2, 1:-1] - face[2:, 1:-1] - face[1:-1, :-2] - face[1:-1, 2:]).std()
        details = [detail(face) for face in numpy.split(all_faces, all_faces.shape[1] // 32, axis=1)]
        self.assertGreater(len(details), 10)
        self.assertGreater(details[0], 0.95 * max(details))
        self.assertLess(details[-1], 1.05 * min(details))

    def test_age_is_shown_instead_of_youth(self):
        with Server() as server:
            told = json.loads(server.ask("/api/model")[2])
            labels = {attribute["name"]: attribute["label"] for attribute in told["attributes"]}
            self.assertEqual((labels["Young"], labels["No_Beard"]), ("Age", "Beard"))
            frame = lambda age: server.ask("/api/frame", {"face": "g0", "moves": {"Young": age}})[2]
            strip = numpy.asarray(Image.open(io.BytesIO(server.ask("/api/strip", {"face": "g0", "x": "Young"})[2])).convert("RGB"), int)
            old = numpy.asarray(Image.open(io.BytesIO(frame(1))).convert("RGB").resize((160, 160)), int)
            right, left = strip[5:165, -165:-5], strip[5:165, 5:165]
            self.assertLess(numpy.abs(right - old).mean(), 0.5 * numpy.abs(left - old).mean())

    def test_only_the_last_photos_are_kept(self):
        photo = (FOLDER / "photo.png").read_bytes()
        add = lambda: json.loads(self.server.ask("/api/photos?aligned=1", photo)[2])["faces"][0]
        first, second = add(), add()
        for _ in range(7):
            self.server.ask("/api/frame", {"face": first})  # used: it stays
            add()
        self.assertEqual(self.server.ask("/api/frame", {"face": first})[0], 200)
        self.assertEqual(self.server.ask("/api/frame", {"face": second})[0], 404)

    def test_too_many_at_once_are_turned_away_and_the_rest_answered(self):
        request = {"face": "g0", "x": "Smiling", "y": "Male"}
        with concurrent.futures.ThreadPoolExecutor(24) as threads:
            answers = list(threads.map(lambda _: self.server.ask("/api/plane", request), range(48)))
        statuses = [status for status, _, _ in answers]
        self.assertEqual(set(statuses), {200, 503}, statuses)
        refused = answers[statuses.index(503)]
        self.assertEqual(refused[1]["Retry-After"], "1")
        self.assertEqual(json.loads(refused[2])["kind"], "too_busy")
        self.assertEqual(self.frame()[0], 200)

    def test_slow_clients_keep_nobody_out(self):
        done = threading.Event()
        self.addCleanup(done.set)
        request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nX-Long: ".encode() + b"a" * 1000

        def drip(some):  # a byte a second each
            clients = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(some)]
            for byte in request:
                for client in clients:
                    client.send(bytes([byte]))
                if done.wait(1):
                    break
            for client in clients:
                client.close()

        with concurrent.futures.ThreadPoolExecutor(10) as threads:
            drips = [threads.submit(drip, 50) for _ in range(10)]
            time.sleep(2)
            for _ in range(5):
                begin = time.monotonic()
                self.assertEqual(self.server.ask("/")[0], 200)
                self.assertLess(time.monotonic() - begin, 1)
            done.set()
            for one in drips:
                one.result()

    def test_a_signal_ends_it_cleanly(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            server = Server(FOLDER / "faces.pt")
            server.ask("/api/model")
            said = server.stop(how)
            self.assertEqual(server.process.returncode, 0)
            self.assertEqual(len(said.splitlines()), 1, said)  # what it said at the start

    def test_a_port_that_is_taken_is_one_message(self):
        done = subprocess.run([PROGRAM, "faces", "serve", "--model", FOLDER / "faces.pt", "--port",
                               str(self.server.port)], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr,
                         f"pawprint faces serve: port {self.server.port}: expected a port that is free, got: Address "
                         "already in use; choose another with --port, or --port 0 for any that is free\n")


@needs_shared
class GroupTest(unittest.TestCase):
    """By the builtin model: a photo of three."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        file = io.BytesIO()
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        group_photo().save(file, "PNG", icc_profile=profile)
        cls.photo, cls.profile = file.getvalue(), profile
        cls.told = json.loads(cls.server.ask("/api/photos", cls.photo)[2])

    def picture(self, what, request):
        return Image.open(io.BytesIO(self.server.ask(what, request)[2]))

    def changed(self, request):
        """For each face, whether its area of the downloaded photo is another; nothing else is."""
        before, after = Image.open(io.BytesIO(self.photo)), self.picture("/api/download", request)
        self.assertEqual((after.format, after.size, after.info["icc_profile"]), ("PNG", before.size, self.profile))
        change = numpy.abs(numpy.asarray(before, int) - numpy.asarray(after, int)).max(axis=2)
        changed = []
        for x, y, width, height in self.told["areas"]:
            changed.append(change[y:y + height, x:x + width].max() > 8)
            change[y:y + height, x:x + width] = 0
        self.assertEqual(change.max(), 0)
        return changed

    def test_the_download_has_the_changes_of_all_faces(self):
        first, second, third = self.told["faces"]
        self.assertEqual(self.changed({"face": first}), [False, False, False])
        self.assertEqual(self.changed({"face": first, "moves": {"Smiling": 0.7}}), [True, False, False])
        self.assertEqual(self.changed({"face": third, "moves": {"Smiling": 0.7}, "others": {first: {"Eyeglasses": 1}}}),
                         [True, False, True])
        self.assertEqual(self.changed({"face": second, "moves": {}, "others": {first: {"Smiling": 1}, third: {"Male": 1}}}),
                         [True, False, True])

    def test_it_is_told_who_smiles_already(self):
        self.assertEqual(["Smiling" in self.told["has"][face] for face in self.told["faces"]], [False, True, False])

    def test_a_frame_shows_what_the_download_has(self):
        face, (x, y, width, height) = self.told["faces"][0], self.told["areas"][0]
        request = {"face": face, "moves": {"Smiling": 1}, "others": {self.told["faces"][1]: {"Male": 1}}}
        whole, frame = (numpy.asarray(self.picture(what, request), int) for what in ("/api/download", "/api/frame"))
        self.assertEqual(self.told["size"], [1200, 500])  # small enough to be shown as it is
        self.assertLess(numpy.abs(whole[y:y + height, x:x + width] - frame).mean(), 2)


if __name__ == "__main__":
    unittest.main()
