package imagetest

import (
	"archive/tar"
	"fmt"
	"math"
	"math/rand/v2"
	"path"
	"time"
)

// write writes the files of layer i: half text, half what programs look like, in sizes
// as distributions have them, many small ones and a few large. Layers but the first
// also write some files of the one below anew and remove others.
func (s Shape) write(w *tar.Writer, i int) error {
	pools := newPools()
	rng := rand.New(rand.NewPCG(uint64(s.seed(i)), 7))
	mean := float64(s.Bytes) / float64(s.Files())
	last := ""
	for k := range s.Layers[i] {
		name := s.name(i, k)
		if d := path.Dir(name); d != last {
			last = d
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: d + "/", Mode: 0o755, ModTime: stamp}); err != nil {
				return err
			}
		}
		if i > 0 && k%40 == 0 {
			gone := s.name(i-1, k)
			if err := w.WriteHeader(&tar.Header{Name: path.Join(path.Dir(gone), ".wh."+path.Base(gone)), ModTime: stamp}); err != nil {
				return err
			}
		}
		if i > 0 && k%20 == 7 {
			name = s.name(i-1, k)
		}
		const spread = 1.6 // log-normal: most have a few kB, some some MB
		size := int(min(math.Exp(rng.NormFloat64()*spread-spread*spread/2)*mean, 32<<20))
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(size), ModTime: stamp}); err != nil {
			return err
		}
		if err := pools[k%2].write(w, rng, size); err != nil {
			return err
		}
	}
	return w.Close()
}

var stamp = time.Unix(1700000000, 0)

// seed is what makes a layer another than all others.
func (s Shape) seed(i int) int {
	if i >= len(s.Layers)-s.Own {
		return i + 100
	}
	return i
}

// name is the path of file k of layer i.
func (s Shape) name(i, k int) string {
	i = s.seed(i)
	return fmt.Sprintf("usr/lib/%s%d/%s-%d/%s_%d%s", words[(i*7+k/4000)%len(words)], i, words[k/100%len(words)], k/100,
		words[k%len(words)], k, [...]string{".js", ".so"}[k%2])
}

var words = [...]string{
	"locale", "python", "runtime", "encoding", "cert", "zoneinfo", "module", "share", "plugin", "driver",
	"parser", "cache", "format", "config", "handler", "stream", "buffer", "table", "index", "socket",
}

// pool is bytes that files are cut from. It is larger than what compression looks back.
type pool []byte

const poolSize = 8 << 20

// newPools makes one of text and one of machine code.
func newPools() [2]pool {
	rng := rand.New(rand.NewPCG(1, 2))
	vocabulary := make([]string, 4000)
	for i := range vocabulary {
		p := make([]byte, 2+rng.IntN(9))
		for j := range p {
			p[j] = "etaoinshrdlucmfwyp"[min(rng.IntN(18), rng.IntN(18))]
		}
		vocabulary[i] = string(p)
	}
	text, code := make(pool, 0, poolSize+16), make(pool, 0, poolSize+16)
	for len(text) < poolSize {
		text = append(text, vocabulary[min(rng.IntN(4000), rng.IntN(4000))]...)
		text = append(text, ' ')
	}
	for len(code) < poolSize {
		x := rng.Uint64()
		code = append(code, byte(x), byte(x>>8), byte(x>>16), 0, 0x48, 0x8b, byte(x>>24)&15, 0)
	}
	return [2]pool{text, code}
}

func (p pool) write(w *tar.Writer, rng *rand.Rand, size int) error {
	for size > 0 {
		at := rng.IntN(len(p) - 4096)
		n := min(size, len(p)-at)
		if _, err := w.Write(p[at : at+n]); err != nil {
			return err
		}
		size -= n
	}
	return nil
}
