package accuracy

import (
	"bytes"
	"hash/fnv"
	"math/rand/v2"
	"path"
	"strings"
)

// fill makes content in the form that is asked for, or that the name asks for; body is
// what it is to hold.
func (a attributes) fill(p string, body []byte) []byte {
	base := path.Base(p)
	ext := path.Ext(base)
	form := a.form
	if form == "" {
		switch {
		case strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.") || ext == ".node":
			form = "so"
		case ext == ".o":
			form = "o"
		case ext == ".a" || ext == ".rlib":
			form = "ar"
		case ext == ".jar" || ext == ".war":
			form = "jar"
		case ext == ".whl" || ext == ".nupkg" || ext == ".zip":
			form = "zip"
		case ext == ".class":
			form = "class"
		case ext == ".exe" || ext == ".dll":
			form = "exe"
		case ext == "" && a.mode&0o111 != 0:
			form = "elf"
		}
	}
	rng := randomOf(p)
	switch form {
	case "elf", "so", "o", "bpf":
		return program{form: form, holds: lines(body), debug: a.debug, size: max(a.size, 16<<10)}.bytes(rng)
	case "go":
		return program{form: "elf", size: max(a.size, 64<<10), debug: a.debug, goInfo: string(body)}.bytes(rng)
	case "rust":
		return program{form: "elf", size: max(a.size, 64<<10), debug: a.debug, audit: body}.bytes(rng)
	case "ar":
		return archive(path.Base(strings.TrimSuffix(p, ext))+".o", program{form: "o", size: max(a.size, 4<<10)}.bytes(rng))
	case "jar":
		return jar(lines(body), max(a.size, 2<<10), rng)
	case "zip":
		return zipped(map[string][]byte{"content": noise(rng, max(a.size, 1<<10))})
	case "mpegts": // packets of 188 bytes, the first byte of each the same (ISO/IEC 13818-1)
		b := noise(rng, a.size)
		for i := 0; i < len(b); i += 188 {
			b[i] = 'G'
		}
		return b
	case "sqlite":
		return append([]byte("SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20"), noise(rng, a.size)...)
	case "class":
		return append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x41"), noise(rng, max(a.size, 300))...)
	case "exe":
		return append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00\x00\x00"), noise(rng, max(a.size, 4<<10))...)
	}
	if form == "bin" {
		ext = ".bin"
	}
	if body != nil {
		return append(body, prose(rng, max(a.size-len(body), 0))...)
	}
	return textual(ext, base, max(a.size, 200), rng)
}

// beginnings are how files of a kind begin; what follows is words.
var beginnings = map[string]string{
	".js": "'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\n", ".mjs": "export default function () {}\n",
	".ts": "export interface Options { name: string }\n", ".tsx": "import * as React from 'react';\n",
	".map": `{"version":3,"sources":["../src/index.ts"],"names":[],"mappings":"AAAA;AACA","sourcesContent":["`,
	".go":  "package app\n\nimport \"fmt\"\n\nfunc Run() { fmt.Println() }\n", ".rs": "use std::io;\n\npub fn run() -> io::Result<()> { Ok(()) }\n",
	".c": "#include <stdio.h>\n\nint run(void) { return 0; }\n", ".h": "#pragma once\n\nint run(void);\n", ".cpp": "#include <vector>\n\nint run() { return 0; }\n",
	".java": "package com.example;\n\npublic class App { }\n", ".kt": "package com.example\n\nfun main() { }\n", ".scala": "package example\n\nobject App\n",
	".cs": "namespace Shop;\n\npublic class App { }\n", ".swift": "import Foundation\n\nlet x = 1\n", ".hs": "module Main where\n\nmain :: IO ()\nmain = pure ()\n",
	".zig": "const std = @import(\"std\");\n\npub fn main() void {}\n", ".ex": "defmodule Shop do\nend\n", ".py": "import os\n\n\ndef run():\n    return os.getpid()\n",
	".rb": "# frozen_string_literal: true\n\nmodule Shop\nend\n", ".php": "<?php\n\nnamespace Shop;\n", ".sh": "#!/bin/sh\nset -e\n", ".pl": "#!/usr/bin/perl\nuse strict;\n",
	".json": "{\"kind\": \"words\", \"text\": \"", ".html": "<!doctype html>\n<title>x</title>\n", ".md": "# Notes\n\n", ".css": "body { margin: 0 }\n",
	".xml": "<?xml version=\"1.0\"?>\n<x>", ".yml": "name: x\ntext: ", ".yaml": "name: x\ntext: ", ".toml": "name = \"x\"\ntext = \"",
}

var endings = map[string]string{".map": "\"]}\n", ".json": "\"}\n", ".xml": "</x>\n", ".toml": "\"\n"}

// textual is a text of a kind, of about size bytes, or binary noise where the extension
// says so.
func textual(ext, base string, size int, rng *rand.Rand) []byte {
	switch ext {
	case ".png", ".pyc", ".gz", ".tgz", ".xz", ".bin", ".pack", ".idx", ".db", ".mo", ".crate", ".hi", ".rmeta", ".wasm":
		return append([]byte("\x00\x01\xfe\xff"), noise(rng, size)...)
	}
	if ext == ".beam" { // an IFF file of Erlang's compiler
		return append([]byte("FOR1\x00\x00\xfe\xffBEAMAtU8"), noise(rng, size)...)
	}
	var b bytes.Buffer
	b.WriteString(beginnings[ext])
	switch ext {
	case ".json", ".map", ".md", ".html", ".xml", ".toml", ".yml", ".yaml", ".txt", "":
		b.Write(prose(rng, size-b.Len()))
	default: // words in comments, so that it stays what it is
		mark := "// "
		switch ext {
		case ".py", ".rb", ".sh", ".pl", ".ex":
			mark = "# "
		case ".hs":
			mark = "-- "
		case ".css":
			mark = "/* */ "
		}
		for b.Len() < size {
			b.WriteString(mark)
			b.Write(prose(rng, 60))
			b.WriteByte('\n')
		}
	}
	b.WriteString(endings[ext])
	return b.Bytes()
}

// prose is words of about n bytes.
func prose(rng *rand.Rand, n int) []byte {
	const letters = "etaoinshrdlucmfwyp"
	b := make([]byte, 0, max(n, 0)+12)
	for len(b) < n {
		for range 2 + rng.IntN(8) {
			b = append(b, letters[min(rng.IntN(18), rng.IntN(18))])
		}
		b = append(b, ' ')
	}
	return b
}

// noise is bytes as machine code or compressed data has them.
func noise(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 8 {
		x := rng.Uint64()
		for k := i; k < min(i+8, n); k++ {
			b[k] = byte(x)
			x >>= 8
		}
	}
	return b
}

// randomOf is the same for the same name every day.
func randomOf(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(h.Sum64(), 7))
}

func lines(body []byte) []string {
	var list []string
	for l := range strings.Lines(string(body)) {
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			list = append(list, l)
		}
	}
	return list
}
