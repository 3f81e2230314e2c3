package solve

import (
	"io"

	"github.com/sirupsen/logrus"
)

// LibraryLog sends to w what the libraries behind builds log on their own.
// BuildKit and containerd write to one logger of the whole process, by default
// onto stderr: in the middle of a TUI's frames. Call it once, from main.
func LibraryLog(w io.Writer) { logrus.SetOutput(w) }
