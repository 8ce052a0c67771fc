package picture_test

import (
	"os"

	"github.com/whence-xai/whence/explain/render/picture"
)

func Example() {
	p := &picture.Picture{Width: 60, Height: 20, Title: "A bar", Desc: "It is 40 long."}
	p.Rect(0, 5, 40, 10, picture.Style{Fill: picture.Raises})
	if _, err := os.Stdout.WriteString(p.Inline()); err != nil {
		panic(err)
	}
	// Output:
	// <svg viewBox="0 0 60 20" width="60" height="20" role="img" font-family="system-ui,'Segoe UI','DejaVu Sans',sans-serif">
	// <title>A bar</title><desc>It is 40 long.</desc>
	// <path d="M0 5L40 5L40 15L0 15Z" fill="#2167b0" class="f-raises"/>
	// </svg>
}
