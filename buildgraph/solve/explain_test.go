package solve

import "testing"

// BuildKit quotes a command as Go does; the history shows it as it was written.
func TestSentence(t *testing.T) {
	for message, want := range map[string]string{
		`process "/bin/sh -c node -e \"console.error('no\\tway')\"" did not complete successfully: exit code: 3`: `RUN node -e "console.error('no\tway')" exited with code 3`,
		`process "/bin/sh -c set -e\nsleep 1\nexit 4\n" did not complete successfully: exit code: 4`:             "RUN set -e … exited with code 4",
		`process "node app.js" did not complete successfully: exit code: 1`:                                      "RUN node app.js exited with code 1",
		`process "/bin/sh -c a\x1b[2Jb" did not complete successfully: exit code: 1`:                             "RUN a␛[2Jb exited with code 1",
	} {
		if got := Sentence(message); got != want {
			t.Errorf("%s\n got %s\nwant %s", message, got, want)
		}
	}
}
