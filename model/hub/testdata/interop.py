"""Holds the cache of this project against that of Python's huggingface_hub.

A small hub on this machine serves one model. Each side loads it into a cache of
its own; the two caches must be the same, file by file and link by link, and each
side must find in the other's cache, offline, what it needs. The tree of Python's
cache is kept in layout.txt, which a Go test compares with.

Run from the root of the repository: python model/hub/testdata/interop.py
Made with huggingface_hub 2.4.0.
"""
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

REPO, COMMIT = "whence/tiny", "a" * 40
FILES = {
    "README.md": b"---\nlicense: mit\n---\n",
    "config.json": b'{"model_type": "bert"}',
    "tokenizer.json": b"{}",
    "vocab.txt": b"not needed",
    "model.safetensors": b"0123456789abcdef" * (1 << 18),
    "1_Pooling/config.json": b'{"pooling": 1}',
    "pytorch_model.bin": b"a pickle",
    "empty": b"",
}
NEEDED = ["README.md", "config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"]
LACKING = ["generation_config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
           "chat_template.jinja", "modules.json"]


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/large/"):
            return self.answer(200, FILES["model.safetensors"])
        if self.path == f"/api/models/{REPO}/revision/main":
            siblings = [{"rfilename": name} for name in FILES]
            return self.answer(200, json.dumps({"id": REPO, "sha": COMMIT, "siblings": siblings}).encode())
        for revision in ("main", COMMIT):
            head, _, name = self.path.partition(f"/{REPO}/resolve/{revision}/")
            if head == "" and name:
                break
        else:
            return self.answer(404, X_Error_Code="RepoNotFound")
        if name not in FILES:
            return self.answer(404, X_Repo_Commit=COMMIT, X_Error_Code="EntryNotFound")
        body = FILES[name]
        if name.endswith(".safetensors"):
            digest = hashlib.sha256(body).hexdigest()
            return self.answer(302, X_Repo_Commit=COMMIT, X_Linked_Etag=f'"{digest}"', X_Linked_Size=str(len(body)),
                               Location=f"http://localhost:{self.server.server_port}/large/{digest}?signature=secret")
        digest = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        return self.answer(200, body, X_Repo_Commit=COMMIT, ETag=f'"{digest}"')

    do_HEAD = do_GET


def tree(root):
    """Lists what is below root: links with where they lead, files with their sizes."""
    lines = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                lines.append(f"{os.path.relpath(path, root)} -> {os.readlink(path)}")
            else:
                size = "" if name == "CACHEDIR.TAG" else f" {os.path.getsize(path)}"
                lines.append(os.path.relpath(path, root) + size)
    return "".join(line + "\n" for line in sorted(lines))


def explain(binary, *arguments, **environment):
    return subprocess.run([binary, *arguments], env={**os.environ, **environment}, check=True, capture_output=True,
                          text=True).stdout.strip()


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    work = tempfile.mkdtemp()
    theirs, ours, binary = (os.path.join(work, name) for name in ("python", "go", "explain"))
    os.environ.update(HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}", HF_HUB_CACHE=theirs, HF_HUB_DISABLE_XET="1")
    import huggingface_hub as hub
    from huggingface_hub.errors import EntryNotFoundError

    for name in NEEDED:
        hub.hf_hub_download(REPO, name)
    for name in LACKING:
        try:
            hub.hf_hub_download(REPO, name)
            sys.exit(f"{name} is there")
        except EntryNotFoundError:
            pass
    subprocess.run(["go", "build", "-o", binary, "./cmd/explain"], check=True)
    pulled = explain(binary, "model", "pull", REPO, HF_HUB_CACHE=ours)
    assert tree(ours) == tree(theirs), f"ours:\n{tree(ours)}\ntheirs:\n{tree(theirs)}"
    with open(os.path.join(os.path.dirname(__file__), "layout.txt"), "w") as f:
        f.write(tree(theirs))

    # Go finds what Python loaded, and Python what Go loaded, without a hub.
    listed = json.loads(explain(binary, "model", "list", "--format", "json", HF_HUB_OFFLINE="1"))
    assert [m["name"] for m in listed] == [REPO] and listed[0]["revisions"][0]["refs"] == ["main"], listed
    for name in NEEDED:
        found = hub.hf_hub_download(REPO, name, cache_dir=ours, local_files_only=True)
        assert found == os.path.join(pulled, name) and open(found, "rb").read() == FILES[name]
    assert hub.try_to_load_from_cache(REPO, LACKING[0], cache_dir=ours) is hub.file_download._CACHED_NO_EXIST
    assert hub.snapshot_download(REPO, cache_dir=ours, local_files_only=True) == pulled
    scanned = hub.scan_cache_dir(ours)
    size = sum(len(FILES[name]) for name in NEEDED)
    assert not scanned.warnings and scanned.size_on_disk == size == listed[0]["bytes"], (scanned, listed)

    # What one side removes is gone for the other.
    scanned.delete_revisions(COMMIT).execute()
    assert explain(binary, "model", "list", "--format", "json", HF_HUB_CACHE=ours) == "[]"
    explain(binary, "model", "rm", REPO, "--yes", HF_HUB_CACHE=theirs)
    assert not hub.scan_cache_dir(theirs).repos
    print(f"huggingface_hub {hub.__version__}: the caches are one")


main()
