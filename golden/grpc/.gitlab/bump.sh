#!/bin/sh
# Writes a release into the files that deploy it, and changes nothing else in them:
#
#   bump.sh image DIGEST            the image of production, in deploy/chart/values-prod.yaml and deploy/flux
#   bump.sh chart VERSION DIGEST    the chart, in deploy/flux
set -eu

fail() {
	echo "bump.sh: $1" >&2
	exit 1
}

# put FILE EXPRESSION: sed writes the digest into one line of FILE, or FILE stays as it is.
put() {
	[ -f "$1" ] || fail "there is no $1"
	sed -E "$2" "$1" > "$1.new"
	if [ "$(grep -c "$digest" "$1.new")" != 1 ]; then
		rm "$1.new"
		fail "$1: there is not one line for the digest"
	fi
	cat "$1.new" > "$1"
	rm "$1.new"
}

is() {
	case "$2" in
	*[!0-9A-Za-z:.-]*) fail "want $1" ;; # a second line, too
	esac
	printf '%s\n' "$2" | grep -Eqx "$1" || fail "$2: want $1"
}

case "${1:-} $#" in
"image 2")
	digest="$2"
	is 'sha256:[0-9a-f]{64}' "$digest"
	put deploy/chart/values-prod.yaml "/^image:/,/^[^ #]/ s/^  digest:.*/  digest: \"$digest\"/"
	put deploy/flux/release.yaml "s/^( *digest:) 'sha256:.*/\1 '$digest'/"
	;;
"chart 3")
	version="$2" digest="$3"
	is '[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.-]*' "$version"
	is 'sha256:[0-9a-f]{64}' "$digest"
	found=false
	for file in deploy/flux/*.yaml; do
		if [ -f "$file" ] && grep -q ': "sha256:' "$file"; then
			put "$file" "s/^( *(targetRevision|digest):) \"sha256:.*/\1 \"$digest\" # $version/"
			found=true
		fi
	done
	"$found" || fail "deploy/flux: no file has a line for the digest, such as digest: \"sha256:…\""
	;;
*)
	fail "usage: bump.sh image DIGEST, bump.sh chart VERSION DIGEST"
	;;
esac
