package suppression_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
)

// Whatever a file holds, each line is accounted for, and those that cannot be
// read reach the host.
func FuzzImportDigests(f *testing.F) {
	f.Add(hexOf("33639980001")+"\n"+strings.ToUpper(hexOf("33639980002"))+"\r\nx\n", uint8(3), false)
	f.Add("digest;date\n"+hexOf("1")+";01/05/2024\n\"open\n", uint8(3), true)
	f.Add("digest\n47DEQpj8HBSa+/TImW+5JA==\n", uint8(1), true)
	f.Fuzz(func(t *testing.T, file string, hash uint8, table bool) {
		format := sha(suppression.Digits)
		format.Hash = suppression.DigestHash(hash%3 + 1)
		kept, pending := 0, new(memory.Pending)
		o := suppression.ImportOptions{File: "f", At: noon, Recorded: noon, Unreadable: func(int, string, error) error { kept++; return nil }}
		if table {
			o.Column = "digest"
		}
		r, err := suppression.ImportDigests(t.Context(), pending, strings.NewReader(file), format, o)
		if r.Lines != r.Pending+r.Already+r.Unreadable+r.Unsettled || r.Unreadable != kept {
			t.Fatalf("%+v, of which %d were handed over", r, kept)
		}
		if err != nil {
			return
		}
		files, err := pending.Files(t.Context())
		if err != nil || len(files) == 1 && files[0].Digests != r.Pending {
			t.Fatalf("%v, %v and %+v", files, err, r)
		}
	})
}

// Nobody without the passphrase or key makes a list that opens, nor gets a
// refusal out of one that does not.
func FuzzImportSealed(f *testing.F) {
	key := sealingKey(f, "a")
	file, _ := newOfficeOf(f, 1, 2, 3).seal(f, suppression.SealTo(key.PublicKey()))
	// Sealing is random, and each process of the fuzzer has a file of its own.
	f.Add(uint16(0), byte(0), uint16(0), []byte(nil))
	f.Add(uint16(20), byte(1), uint16(1), []byte("x"))
	f.Add(uint16(len(file)-2), byte(0x80), uint16(0), file[:20])
	f.Fuzz(func(t *testing.T, at uint16, by byte, cut uint16, behind []byte) {
		changed := append(bytes.Clone(file[:max(0, len(file)-int(cut))]), behind...)
		if int(at) < len(changed) {
			changed[at] ^= by
		}
		list := new(memory.Suppressions)
		report, err := suppression.ImportSealed(t.Context(), list, ring(t, another), bytes.NewReader(changed), suppression.OpenOptions{
			File: "f", Controller: "martin", Recorded: noon, Opener: suppression.OpenWith(key),
		})
		if (err == nil) != bytes.Equal(changed, file) {
			t.Fatalf("changed: %t, and %v", !bytes.Equal(changed, file), err)
		}
		// There is one chunk: all of it is authentic, or nothing.
		if report.Added != 0 && !bytes.HasPrefix(changed, file) {
			t.Fatalf("%+v of a chunk that is not authentic", report)
		}
	})
}
