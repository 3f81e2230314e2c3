package bases

import (
	"archive/tar"
	"io"
	"os"
	"time"
)

// madeAt is the time of every file and image made here, so that the same input
// gives the same digest whenever it is made.
var madeAt = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// layerWriter writes a layer: everything belongs to root and has one time.
type layerWriter struct {
	tar *tar.Writer
	err error // the first; what follows it does nothing
}

func newLayerWriter(w io.Writer) *layerWriter { return &layerWriter{tar: tar.NewWriter(w)} }

func (w *layerWriter) header(h tar.Header) {
	if w.err == nil {
		h.ModTime, h.Format = madeAt, tar.FormatPAX
		w.err = w.tar.WriteHeader(&h)
	}
}

// dir adds a directory; its name ends without a slash.
func (w *layerWriter) dir(name string, mode int64) {
	w.header(tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode})
}

func (w *layerWriter) link(name, target string) {
	w.header(tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777})
}

func (w *layerWriter) bytes(name string, mode int64, content []byte) {
	w.header(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content))})
	if w.err == nil {
		_, w.err = w.tar.Write(content)
	}
}

// file adds a file of this machine.
func (w *layerWriter) file(name string, mode int64, path string) {
	if w.err != nil {
		return
	}
	in, err := os.Open(path)
	if err != nil {
		w.err = err
		return
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		w.err = err
		return
	}
	w.header(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: info.Size()})
	if w.err == nil {
		_, w.err = io.Copy(w.tar, in)
	}
}

// close ends the layer and gives the first error there was.
func (w *layerWriter) close() error {
	if w.err != nil {
		return w.err
	}
	return w.tar.Close()
}
