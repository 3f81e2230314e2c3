package mark

import (
	"encoding/binary"
	"encoding/json"
	"io"

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
			s.mark(Mark{Kind: ShellScript, Path: f.Path, Size: f.Size})
		}
	case isStatic(f.Head):
		s.mark(Mark{Kind: StaticProgram, Path: f.Path, Size: f.Size})
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
			s.mark(Mark{Kind: NPMScript, Path: f.Path, Name: name, Detail: redact.Text(command)})
		}
	}
	return nil
}
