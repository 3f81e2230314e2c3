package main

import (
	"testing"

	"github.com/stagedive/stagedive/inspect/imagetest"
)

// BenchmarkCompareImages compares two images of 88,000 files and 1.7 GB that share six of
// their eight layers, against opening the first one alone in the same run, and against
// opening one after the other. The goal is 1.2 times the memory of the one.
func BenchmarkCompareImages(b *testing.B) {
	first, second := imagetest.Make(b, imagetest.Large), imagetest.Make(b, imagetest.LargeToo)
	p, h := released(b)
	for _, form := range []struct{ name, first, second string }{
		{"archives", first.Archive, second.Archive}, {"layouts", first.Layout, second.Layout},
	} {
		b.Run(form.name, func(b *testing.B) {
			for b.Loop() {
				var one, other, both, again []look
				for range imageRounds {
					cache := []string{"XDG_CACHE_HOME=" + b.TempDir()}
					one = append(one, h.inspected(b, p, b.TempDir(), form.first))
					other = append(other, h.inspected(b, p, b.TempDir(), form.second))
					both = append(both, h.looked(b, cache, p.stagedive, "compare", "--format", "json", form.first, form.second))
					again = append(again, h.looked(b, cache, p.stagedive, "compare", "--format", "json", form.first, form.second))
				}
				a, z := middle(b, "one-", one), middle(b, "other-", other)
				m := middle(b, "", both)
				b.ReportMetric(float64(m.Memory)/float64(a.Memory), "memory-ratio")
				b.ReportMetric(float64(m.took)/float64(a.took+z.took), "ratio-of-both")
				b.ReportMetric(float64(m.CPU)/float64(a.CPU+z.CPU), "cpu-ratio-of-both")
				middle(b, "again-", again)
			}
		})
	}
}
