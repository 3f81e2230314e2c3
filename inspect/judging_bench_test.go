package inspect_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/imagetest"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source/resolve"
)

// judgingRounds is how often each way of looking takes its turn.
const judgingRounds = 5

// BenchmarkJudging sets the look that judges against the same look without judges, and
// against bare trees, in turns. The goal is 1.25 of the look without judges, in time and
// in processor time, for the large image. STAGEDIVE_IMAGE names one more: what rules look
// into is more of a real image than of that one.
func BenchmarkJudging(b *testing.B) {
	large := imagetest.Make(b, imagetest.Large)
	images := map[string]string{"gzipped": large.Archive, "plain": large.Layout}
	if own := os.Getenv("STAGEDIVE_IMAGE"); own != "" {
		images["own"] = own
	}
	for name, ref := range images {
		b.Run(name, func(b *testing.B) {
			ways := []func(){
				func() { // trees alone
					src, err := resolve.Open(context.Background(), ref, resolve.Options{})
					if err != nil {
						b.Fatal(err)
					}
					defer src.Close()
					if _, err := scan.Scan(context.Background(), src, scan.Options{}); err != nil {
						b.Fatal(err)
					}
				},
				func() { lookAt(b, ref, nil) }, // and what is always looked for
				func() { lookAt(b, ref, []inspect.Judge{leak.New(leak.Options{})}) },
			}
			for b.Loop() {
				took, used := make([][]time.Duration, len(ways)), make([][]time.Duration, len(ways))
				for range judgingRounds {
					for i, way := range ways {
						start, cpu := time.Now(), cpuTime()
						way()
						took[i], used[i] = append(took[i], time.Since(start)), append(used[i], cpuTime()-cpu)
					}
				}
				middle := func(list []time.Duration) float64 {
					slices.Sort(list)
					return float64(list[len(list)/2])
				}
				b.ReportMetric(middle(took[2])/middle(took[1]), "ratio")
				b.ReportMetric(middle(used[2])/middle(used[1]), "cpu-ratio")
				b.ReportMetric(middle(took[2])/middle(took[0]), "of-trees")
				b.ReportMetric(middle(used[2])/middle(used[0]), "cpu-of-trees")
				b.ReportMetric(middle(used[2])/1e6, "cpu-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

func lookAt(b *testing.B, ref string, judges []inspect.Judge) {
	if _, err := inspect.Inspect(context.Background(), ref, inspect.Options{Judges: judges}); err != nil {
		b.Fatal(err)
	}
}
