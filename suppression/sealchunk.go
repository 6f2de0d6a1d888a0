package suppression

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// A chunk is its length (4 bytes, big-endian, of which the highest bit says that
// it is the last) and so much of AES-256-GCM. Its nonce is its number and the
// same bit, as in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015), so that no
// chunk can be left out, moved or put at the end without a sign. The key is the
// file's own, and no nonce comes twice.
const (
	chunkSize = 64 << 10
	chunkLast = 1 << 31
	gcmTag    = 16
)

func chunkAEAD(secret []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "accord refusals chunks", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func chunkNonce(n uint64, last bool) []byte {
	nonce := binary.BigEndian.AppendUint64(make([]byte, 3, 12), n)
	if last {
		return append(nonce, 1)
	}
	return append(nonce, 0)
}

// A chunkWriter encrypts what is written to it. Only Close makes it a whole file.
type chunkWriter struct {
	out  io.Writer
	aead cipher.AEAD
	n    uint64
	text []byte
	box  []byte
}

func newChunkWriter(out io.Writer, secret []byte) (*chunkWriter, error) {
	aead, err := chunkAEAD(secret)
	return &chunkWriter{out: out, aead: aead}, err
}

// Write implements io.Writer.
func (w *chunkWriter) Write(p []byte) (int, error) {
	taken := 0
	for len(p) > 0 {
		if len(w.text) == chunkSize {
			if err := w.chunk(false); err != nil {
				return taken, err
			}
		}
		n := min(len(p), chunkSize-len(w.text))
		w.text = append(w.text, p[:n]...)
		p, taken = p[n:], taken+n
	}
	return taken, nil
}

// Close writes the last chunk.
func (w *chunkWriter) Close() error { return w.chunk(true) }

func (w *chunkWriter) chunk(last bool) error {
	size := uint32(len(w.text) + gcmTag)
	if last {
		size |= chunkLast
	}
	w.box = binary.BigEndian.AppendUint32(w.box[:0], size)
	w.box = w.aead.Seal(w.box, chunkNonce(w.n, last), w.text, nil)
	w.n++
	w.text = w.text[:0]
	_, err := w.out.Write(w.box)
	return err
}

// A chunkReader decrypts. It hands out nothing of a chunk that is not authentic.
type chunkReader struct {
	in   io.Reader
	aead cipher.AEAD
	n    uint64
	box  []byte
	text []byte // what is left of the chunk
	err  error  // behind it
}

func newChunkReader(in io.Reader, secret []byte) (*chunkReader, error) {
	aead, err := chunkAEAD(secret)
	return &chunkReader{in: in, aead: aead, box: make([]byte, chunkSize+gcmTag)}, err
}

// Read implements io.Reader.
func (r *chunkReader) Read(p []byte) (int, error) {
	for len(r.text) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.text, r.err = r.chunk()
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

// chunk returns the next chunk, and what comes behind it if nothing more can be
// read: io.EOF where that is the end.
func (r *chunkReader) chunk() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return nil, cut(err, fmt.Sprintf("after chunk %d", r.n))
	}
	size := binary.BigEndian.Uint32(head[:])
	last := size&chunkLast != 0
	size &^= chunkLast
	if size < gcmTag || size > chunkSize+gcmTag {
		return nil, r.altered()
	}
	if _, err := io.ReadFull(r.in, r.box[:size]); err != nil {
		return nil, cut(err, fmt.Sprintf("in chunk %d", r.n+1))
	}
	text, err := r.aead.Open(r.box[:0], chunkNonce(r.n, last), r.box[:size], nil)
	if err != nil {
		return nil, r.altered()
	}
	r.n++
	if !last {
		return text, nil
	}
	switch _, err := io.ReadFull(r.in, head[:1]); err {
	case io.EOF:
		return text, io.EOF
	case nil:
		return text, fmt.Errorf("%w: there is more behind its end", ErrSeal)
	default:
		return text, err
	}
}

func (r *chunkReader) altered() error {
	return fmt.Errorf("%w: chunk %d was changed, or belongs in another place", ErrSeal, r.n+1)
}
