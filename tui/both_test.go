package tui_test

import (
	"fmt"
	"testing"

	"github.com/stagedive/stagedive/tui/tuitest"
)

// A screen with room for both shows Dockerfile and log, and v goes between them;
// what has the focus keeps it when the screen's size changes.
func TestDockerfileBesideTheLog(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {200, 36}, {100, 60}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			d := shop(t).Size(size[0], size[1]).Press("b").Play(tuitest.ShopBuilding().Events())
			d.See("src/server.ts", "following", "RUN npm prune --omit=dev", "# test runs the unit tests", "cached")
			d.Press("v").Focus("Dockerfile").Press("v").Focus("log").Press("v")
			d.Size(80, 24).Focus("Dockerfile").Size(size[0], size[1]).Focus("Dockerfile")
			d.Press("tab").Focus("log").Press("tab").Focus("graph").Press("shift+tab", "shift+tab").Focus("Dockerfile")
			d.Press("g").Press("j").Press("j").Press("j").Press("j").Step(5).Selected("deps")
			d.Press("z").See("graph → deps → Dockerfile → log").Press("z").Press("enter").Focus("log")
		})
	}
}

// Before a build there is no log: the Dockerfile has its place.
func TestNoRoomForAnEmptyLog(t *testing.T) {
	shop(t).Size(200, 60).SeeNot("not built yet").Press("tab", "tab").Focus("Dockerfile").Press("tab").Focus("graph")
}
