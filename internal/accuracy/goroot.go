package accuracy

import (
	"os/exec"
	"strings"
	"sync"
)

// goroot is the Go distribution that runs the test: a real toolchain, on every machine.
var goroot = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})
