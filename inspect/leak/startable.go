package leak

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/scan"
)

// startable notes what of a file tells how a container starts: that it is a script, or a
// program that needs no library.
func (s *sink) startable(f *scan.File, dirPath string) {
	if f.Mode&0o111 == 0 || len(f.Head) < 3 {
		return
	}
	switch {
	case f.Head[0] == '#' && f.Head[1] == '!':
		if isApplicationDir(dirPath) || dirPath == "/usr/local/bin" {
			s.mark(mark{kind: shellScript, path: f.Path, size: f.Size})
		}
	case isStatic(f.Head):
		s.mark(mark{kind: staticProgram, path: f.Path, size: f.Size})
	}
}

// isStatic says whether the head of an ELF program shows that nothing loads it and no
// library is linked to it: a fixed executable without PT_INTERP (System V gABI, chapter 5,
// "Program Header"). Where the head does not hold all of its program headers it says no.
func isStatic(head []byte) bool {
	const fixed, interp, headerSize, entrySize = 2, 3, 64, 56
	if !isELF(head) || len(head) < headerSize || head[4] != 2 || head[5] != 1 || binary.LittleEndian.Uint16(head[16:]) != fixed {
		return false
	}
	at, n := binary.LittleEndian.Uint64(head[32:]), int(binary.LittleEndian.Uint16(head[56:]))
	if at != headerSize || binary.LittleEndian.Uint16(head[54:]) != entrySize || n == 0 || headerSize+n*entrySize > len(head) {
		return false
	}
	for i := range n {
		if binary.LittleEndian.Uint32(head[headerSize+i*entrySize:]) == interp {
			return false
		}
	}
	return true
}

// lookManifest notes the scripts of a package.json that start an application.
func lookManifest(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxManifest)
	if err != nil {
		return err
	}
	var manifest struct{ Scripts map[string]any }
	if json.Unmarshal(data, &manifest) != nil {
		return nil
	}
	for _, name := range [...]string{"start", "start:prod", "start:production", "prod", "production", "serve"} {
		if command, ok := manifest.Scripts[name].(string); ok && len(command) < 1000 {
			s.mark(mark{kind: npmScript, path: f.Path, name: name, detail: redact.Text(command)})
		}
	}
	return nil
}

// noted says whether some layer notes that of what lies at a path.
func (v *view) noted(k kind, p string) bool {
	return slices.ContainsFunc(v.layers, func(l *layer) bool {
		return slices.ContainsFunc(l.marks, func(m mark) bool { return m.kind == k && m.path == p })
	})
}

// isStaticallyLinked says whether what the image starts needs no library.
func (v *view) isStaticallyLinked() bool {
	s := v.start()
	return s.kind == startsProgram && s.known && v.noted(staticProgram, s.file)
}
