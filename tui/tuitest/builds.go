package tuitest

import (
	"fmt"

	"github.com/stagedive/stagedive/model/build"
)

// Target of the Shop that the builds below build.
const (
	ShopDeps = iota
	ShopBuilder
	ShopTest
	ShopRuntime
)

// shopStart is the first 14 seconds: deps from the cache but for npm ci, which
// downloads and runs; the base image comes.
func shopStart(target int) *Script {
	s := NewScript(Shop(), target)
	s.After(0.1).Cached("0.0", "0.1", "0.2").Start("0.3")
	if target == ShopRuntime {
		s.Cached("3.0", "3.1")
		s.Start("3.5").Progress("3.5", "sha256:9824c27679d3b27c5e1cb00a73adb6f4f8d556994111c12db3c5d61a0c843df8", 11_400_000, 17_600_000)
	}
	s.After(2).Log("0.3", "npm warn deprecated inflight@1.0.6: This module is not supported\n")
	s.After(10).Log("0.3", "\nadded 412 packages, and audited 413 packages in 11s\n\nfound 0 vulnerabilities\n")
	s.After(0.4).Done("0.3")
	return s
}

// ShopBuilding is a build of runtime that is in the middle of compiling.
func ShopBuilding() *Script {
	s := shopStart(ShopRuntime)
	s.After(0.1).Start("1.1").After(0.3).Done("1.1").Start("1.2")
	s.After(0.9).Log("1.2", "\n> shop-api@1.4.0 build\n> tsc -p .\n\n")
	s.After(1.5).Log("1.2", "src/server.ts\nsrc/routes/api.ts\nsrc/routes/cart.ts\n")
	s.Progress("3.5", "sha256:9824c27679d3b27c5e1cb00a73adb6f4f8d556994111c12db3c5d61a0c843df8", 17_600_000, 17_600_000)
	s.After(0.2).Log("1.2", "\x1b[33msrc/db.ts\x1b[0m  \x1b[1mTS6133\x1b[0m: 'pool' is declared but never used\n")
	s.Log("1.2", "src/util/a-rather-long-file-name-that-does-not-fit-on-a-narrow-screen-without-being-wrapped.ts\n")
	return s.After(0.3)
}

// ShopBuilt is a build of runtime that succeeds.
func ShopBuilt() *Script {
	s := ShopBuilding()
	s.Log("1.2", "done: 214 files\n").After(1.2).Done("1.2", "3.5").Start("1.3")
	s.After(1).Log("1.3", "removed 198 packages in 1s\n").Done("1.3")
	s.Start("3.3").After(0.1).Done("3.3").Start("3.4").After(0.4).Done("3.4")
	return s.After(0.8).End(build.OutcomeSucceeded, &build.Result{
		Ref: "oci-layout:///tmp/x", Digest: "sha256:9f1c4ad1b6a2f3f7f0f9d1a1f1e6f5c2",
	})
}

// ShopStopped is a build of runtime that stands before it bundles.
func ShopStopped() *Script {
	return shopStart(ShopRuntime).After(0.1).Start("1.1").After(0.3).Done("1.1").Stop("1.2").After(2)
}

// ShopChanges is what ShopFailed has left: where it stands, and what the tests
// had written.
func ShopChanges() (*build.Stop, []build.Change) {
	ref := build.StepRef{Stage: ShopTest, Step: 2}
	at := &build.Stop{Reason: build.StopFailed, Stage: ShopTest, Step: &ref, Line: 20, Text: "RUN npm test"}
	return at, []build.Change{
		{Path: "/app/coverage", Kind: build.ChangeAdded, Dir: true},
		{Path: "/app/coverage/lcov.info", Kind: build.ChangeAdded, Size: 48_211},
		{Path: "/app/coverage/report.html", Kind: build.ChangeAdded, Size: 1_204_000},
		{Path: "/app/package-lock.json", Kind: build.ChangeChanged, Size: 412_900, Was: 412_310},
		{Path: "/tmp/npm.lock", Kind: build.ChangeRemoved},
	}
}

// ShopRebuilt is a build of runtime after sources and a build argument changed.
func ShopRebuilt() *Script {
	s := NewScript(Shop(), ShopRuntime)
	s.After(0.1).Cached("0.0", "0.1", "0.2", "0.3", "3.0", "3.1", "3.5").Start("1.1")
	s.Cause("1.1", "", build.Cause{
		Kind: build.CauseFiles, Text: "src/server.ts changed (3 files in COPY . .)",
		Paths: []build.PathChange{{Path: "src/server.ts", Change: "changed"}, {Path: "src/routes/cart.ts", Change: "added"}, {Path: "src/old.ts", Change: "removed"}},
		Advice: &build.Advice{
			Text:  "move COPY . . (line 12) below RUN npm run build && npm run bundle (line 13), which needs only package.json, copied before",
			Spare: []build.StepRef{{Stage: ShopBuilder, Step: 2}},
		},
	})
	s.After(0.3).Done("1.1").Start("1.2")
	s.Cause("1.2", "1.1", build.Cause{Kind: build.CauseEarlier, Text: "an earlier step of this stage ran (line 12)"})
	s.After(6).Log("1.2", "done: 215 files\n").Done("1.2").Start("1.3")
	s.Cause("1.3", "1.1", build.Cause{
		Kind: build.CauseArg, Text: "build arg VERSION 1.2 → 1.3", Also: []string{"an earlier step of this stage ran (line 12)"},
	})
	s.After(1).Done("1.3").Start("3.3")
	s.Cause("3.3", "1.3", build.Cause{Kind: build.CauseStage, Text: "stage builder ran (line 15), from which it copies /app/dist"})
	s.After(0.1).Done("3.3").Start("3.4")
	s.Cause("3.4", "1.3", build.Cause{Kind: build.CauseEarlier, Text: "an earlier step of this stage ran (line 26)"})
	s.After(0.4).Done("3.4")
	return s.After(0.8).End(build.OutcomeSucceeded, &build.Result{Ref: "oci-layout:///tmp/x", Digest: "sha256:9f1c4ad1b6a2f3f7f0f9d1a1f1e6f5c2"})
}

// ShopFailed is a build of test whose tests fail.
func ShopFailed() *Script {
	s := shopStart(ShopTest)
	s.Start("2.1").After(0.2).Done("2.1").Start("2.2").After(1)
	s.Log("2.2", "\n> shop-api@1.4.0 test\n> vitest run\n\n")
	for i := range 40 {
		s.After(0.05).Log("2.2", fmt.Sprintf(" \x1b[32m✓\x1b[39m test/cart.test.ts (%d tests) %d ms\n", i%7+1, 3+i*2))
	}
	s.Log("2.2", " \x1b[31m✗\x1b[39m test/price.test.ts > adds VAT once\n")
	s.Log("2.2", "   AssertionError: expected 1428 to be 1190\n     at test/price.test.ts:31:28\n")
	s.Log("2.2", "\n Tests  1 failed | 160 passed (161)\n")
	return s.After(0.2).Fail("2.2", 1, "")
}

// ShopCancelled is a build of runtime that the user stopped.
func ShopCancelled() *Script { return ShopBuilding().End(build.OutcomeCancelled, nil) }
