#!/usr/bin/env bash
# gen-mod.sh v1.36.3: writes go.mod and go.sum for another version of Kubernetes; commit both. Every module that
# Kubernetes keeps in its staging folder needs a `replace`, and etcd must be the one that Kubernetes was built with.
set -euo pipefail
kubernetes=$1
staging="v0.${kubernetes#v1.}"
cd "$(dirname "$0")"
upstream=$(cd / && go mod download -json "k8s.io/kubernetes@$kubernetes" | sed -n 's|^\s*"GoMod": "\(.*\)",|\1|p')
etcd=$(sed -n 's|^\s*go.etcd.io/etcd/client/v3 \(v[^ ]*\).*|\1|p' "$upstream")
{
  printf 'module testcluster\n\n%s\n\n' "$(grep '^go ' "$upstream")"
  printf 'require (\n\tgo.etcd.io/etcd/server/v3 %s\n' "$etcd"
  printf '\tk8s.io/component-base %s\n\tk8s.io/kubectl %s\n' "$staging" "$staging"
  printf '\tk8s.io/kubernetes %s\n)\n\nreplace (\n' "$kubernetes"
  sed -n "s|^\s*\(k8s.io/[a-z-]*\) => ./staging.*|\t\1 => \1 $staging|p" "$upstream"
  printf ')\n'
} > go.mod
rm -f go.sum
go mod tidy
