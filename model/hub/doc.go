// Package hub brings models from the Hugging Face hub to this machine, and
// keeps them in the cache of Python's huggingface_hub, so that both share one.
//
// The cache is a folder with a folder for each model:
//
//	models--org--name/
//	  blobs/<hash>                     the files by their hash
//	  refs/main                        the commit that a branch or tag stands at
//	  snapshots/<commit>/config.json   the files of a commit: links to blobs
//	  .no_exist/<commit>/<file>        an empty file for each that the commit lacks
//	.locks/models--org--name/<hash>.lock
//
// These environment variables mean what they mean there: HF_ENDPOINT, HF_TOKEN
// (or a file, HF_TOKEN_PATH, which is HF_HOME/token), HF_HUB_CACHE, HF_HOME,
// XDG_CACHE_HOME, HF_HUB_OFFLINE, HF_HUB_DISABLE_SYMLINKS,
// HF_HUB_DISABLE_IMPLICIT_TOKEN and HF_HUB_DOWNLOAD_TIMEOUT.
//
// A file is in the cache only if its size and its hash are what the hub says. A
// download that was cut off is resumed. A token goes to the endpoint, and to no
// other host that the endpoint redirects to.
package hub
