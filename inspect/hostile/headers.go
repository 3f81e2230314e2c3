package hostile

import (
	"io"
	"math"
	"strings"
)

// headers are damaged, or lie about what follows them.
func headers() []Case {
	before, after := entry{name: "before", body: "x"}, entry{name: "after", body: "x"}
	return []Case{
		of("a wrong checksum", before, entry{name: "bad", body: "x", damaged: true}, after),
		of("garbage between entries", before, entry{name: strings.Repeat("\xff", 99), damaged: true, sizeField: strings.Repeat("\xee", 12)}, after),
		of("a size that is no number", before, entry{name: "bad", sizeField: "99999999999", body: "x"}, after),
		of("a size below nothing", before, entry{name: "bad", sizeField: base256(-1), body: "x"}, after),
		of("a size of 96 bits", before, entry{name: "bad", sizeField: "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", body: "x"}, after),
		plain(of("a directory with content", before, entry{name: "d", flag: '5', size: 1 << 40}, after)),
		plain(of("a link with content", before, entry{name: "l", flag: '2', link: "x", size: math.MaxInt64}, after)),
		of("owners beyond all", entry{name: "a", body: "x", uid: 0o7777777, gid: 0o7777777}, pax(record("uid", "99999999999999"), record("gid", "-5"), record("mtime", "-9223372036854775808.5")), entry{name: "b", body: "x"}),
		plain(Case{Name: "an archive without its last blocks", Write: around(layer{tar: each(one(before))}).layout}),
		{Name: "cut off in a header", Write: around(layer{tar: cut(pack(before, after), 1024+100)}).layout},
		{Name: "cut off in a file", Write: around(layer{tar: cut(pack(before, entry{name: "big", body: strings.Repeat("x", 5000)}), 3000)}).layout},
		{Name: "rubbish behind the end", Write: around(layer{tar: func(w io.Writer) error {
			if err := pack(before)(w); err != nil {
				return err
			}
			return raw([]byte(strings.Repeat("rubbish ", 10_000)))(w)
		}}).layout},
		{Name: "another archive behind the end", Write: around(layer{tar: func(w io.Writer) error {
			if err := pack(before)(w); err != nil {
				return err
			}
			return pack(entry{name: "hidden", body: "shown by who ignores the end\n"})(w)
		}}).layout},
		plain(Case{Name: "a megabyte of empty blocks", Write: around(layer{tar: raw(make([]byte, 1<<20))}).layout}),
	}
}

func one(e entry) func(func(entry) bool) { return func(yield func(entry) bool) { yield(e) } }

// cut ends a content after n bytes.
func cut(c content, n int) content { return raw(bytesOf(c)[:n]) }

// paxes are pax headers and GNU's long names that promise more than there is.
func paxes() []Case {
	a := entry{name: "a", body: "x"}
	longName := func(size int64, body string) entry {
		return entry{name: "././@LongLink", flag: 'L', size: size, body: body}
	}
	return []Case{
		of("records of a gigabyte", entry{name: "p", flag: 'x', size: 1 << 30, body: record("path", "b")}, a),
		of("records of eight exabytes", entry{name: "p", flag: 'x', size: math.MaxInt64}, a),
		of("a record longer than its header", pax("999999999 path=b\n"), a),
		of("a record of no length", pax("0 path=b\n"), a),
		of("a record of negative length", pax("-12 path=b\n"), a),
		of("a record without an equals sign", pax("11 pathpath\n"), a),
		plain(of("the same key many times", pax(record("path", "b"), record("path", "c"), record("path", ""), record("path", "d")), a)),
		of("a size below nothing", pax(record("size", "-1")), a),
		of("a size of eight exabytes", pax(record("size", "9223372036854775807")), a),
		of("a size that overflows", pax(record("size", "92233720368547758070")), a),
		of("a name that holds NUL", pax(record("path", "b\x00../../c")), a),
		plain(of("a name that is empty", pax(record("path", "")), a)),
		of("a name of a megabyte", pax(record("path", strings.Repeat("n/", 500_000))), a),
		of("a name of four gigabytes", longName(4<<30, "b"), a),
		of("a name that is cut off", longName(1000, "b")),
		of("a name for nothing", longName(3, "b\x00\x00")),
		plain(of("a hundred thousand records", pax(strings.Repeat(record("k", "v"), 100_000)), a)),
		plain(Case{Name: "a hundred thousand headers for one entry", Write: around(layer{tar: many(100_001, func(i int) entry {
			if i == 100_000 {
				return a
			}
			return pax(record("comment", "again"))
		})}).layout}),
		plain(of("a global name", entry{name: "g", flag: 'g', body: record("path", "../../all/of/them") + record("size", "9223372036854775807")}, a, entry{name: "b", body: "x"})),
		of("a global header of eight exabytes", entry{name: "g", flag: 'g', size: math.MaxInt64}, a),
		plain(of("extended attributes without end", pax(strings.Repeat(record("SCHILY.xattr.user."+strings.Repeat("k", 200), strings.Repeat("v", 4000)), 200)), a)),
	}
}

// sizes of files that are not there.
func sizes() []Case {
	return []Case{
		of("a file of eight exabytes", entry{name: "huge", size: math.MaxInt64, body: "only this"}),
		of("a file of eight exabytes and its padding", entry{name: "huge", size: math.MaxInt64 - 100, body: "only this"}, entry{name: "after", body: "x"}),
		of("sparse of eight exabytes", pax(record("GNU.sparse.major", "1"), record("GNU.sparse.minor", "0"), record("GNU.sparse.name", "huge"), record("GNU.sparse.realsize", "9223372036854775807")),
			entry{name: "GNUSparseFile/huge", body: "1\n9223372036854774784\n512\n" + strings.Repeat("\x00", 512-26) + strings.Repeat("x", 512)}, entry{name: "after", body: "x"}),
		of("sparse with a map of negatives", pax(record("GNU.sparse.major", "0"), record("GNU.sparse.minor", "1"), record("GNU.sparse.map", "-1,5,9223372036854775807,9"), record("GNU.sparse.size", "-7")),
			entry{name: "odd", body: "x"}, entry{name: "after", body: "x"}),
		{Name: "sparse with a map without end", Write: around(layer{tar: func(w io.Writer) error {
			if err := (entry{name: "s", flag: 'S', sparse: true, size: 512}).write(w); err != nil {
				return err
			}
			more := make([]byte, block)
			more[504] = 1
			for range 20_000 {
				if _, err := w.Write(more); err != nil {
					return err
				}
			}
			return nil
		}}).layout},
		{Name: "many files of eight exabytes", Write: around(layer{tar: many(1000, func(int) entry {
			return entry{name: "huge", flag: '5', size: math.MaxInt64}
		})}, layer{tar: each(one(entry{name: "end", size: math.MaxInt64}))}, layer{tar: each(one(entry{name: "end2", size: math.MaxInt64}))}).layout},
	}
}
