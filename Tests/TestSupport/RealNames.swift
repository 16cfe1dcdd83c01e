/// Images that people mirror, named and tagged as their registries do it: what lists must tell apart.
public enum RealNames {
  /// In full, by registry; some 550 of 340 repositories.
  public static let references: [String] = table.split(separator: "\n").flatMap { line in
    let words = line.split(separator: " ")
    return words.dropFirst().map { "\(words[0]):\($0)" }
  }

  private static let table = """
    docker.io/library/alpine 3.18 3.19 3.20 3.20.3 3.21 edge latest
    docker.io/library/amazonlinux 2 2023 2023.6.20241010.0
    docker.io/library/busybox 1.36 1.36.1-musl 1.37.0-glibc 1.37 uclibc
    docker.io/library/caddy 2.8 2.8.4-alpine 2.8.4-builder-alpine
    docker.io/library/cassandra 4.1 5.0.2-jammy
    docker.io/library/composer 2.8 2.8.3
    docker.io/library/consul 1.15.4
    docker.io/library/couchdb 3.4.2
    docker.io/library/debian 12 12-slim bookworm-20241016-slim bookworm-slim trixie-slim
    docker.io/library/docker 27.3.1-cli 27.3.1-dind 27.3.1-dind-rootless
    docker.io/library/eclipse-temurin 17-jre-jammy 21-jdk-alpine 21.0.5_11-jre-ubi9-minimal 8u432-b06-jdk-focal
    docker.io/library/elasticsearch 7.17.25 8.16.0
    docker.io/library/elixir 1.17.3-otp-27-alpine 1.17.3-otp-27-slim
    docker.io/library/fedora 40 41
    docker.io/library/golang 1.22-alpine 1.23 1.23-alpine3.20 1.23-bookworm 1.23.3-alpine3.20
    docker.io/library/gradle 8.11-jdk21-alpine 8.11.0-jdk17
    docker.io/library/haproxy 2.8-alpine 3.0.6-alpine3.20 3.0.6
    docker.io/library/httpd 2.4 2.4.62-alpine3.20
    docker.io/library/influxdb 1.8-alpine 2.7.10-alpine
    docker.io/library/jetty 12.0.14-jdk21-alpine
    docker.io/library/kibana 7.17.25 8.16.0
    docker.io/library/mariadb 10.11 11.4 11.4.4-noble lts
    docker.io/library/maven 3.9.9-amazoncorretto-21-alpine 3.9.9-eclipse-temurin-21-alpine 3.9.9-eclipse-temurin-17
    docker.io/library/memcached 1.6-alpine 1.6.32-alpine3.20
    docker.io/library/mongo 6.0 7.0.15-jammy 8.0
    docker.io/library/mysql 8.0 8.0.40-bookworm 8.4 8.4.3-oraclelinux9
    docker.io/library/nats 2.10.22-alpine3.20 2.10
    docker.io/library/neo4j 5.25.1-community-bullseye 5.25.1-enterprise
    docker.io/library/nextcloud 30.0.2-apache 30.0.2-fpm-alpine
    docker.io/library/nginx 1.26-alpine-slim 1.27 1.27-alpine 1.27.2-alpine3.20-perl 1.27.2-bookworm stable-alpine
    docker.io/library/node 18-alpine 20-bookworm-slim 20.18.0-alpine3.20 22 22-alpine 22.11.0-bookworm-slim lts-alpine
    docker.io/library/openjdk 17-jdk-slim 21-jdk-slim-bookworm
    docker.io/library/php 8.2-fpm-alpine 8.3-apache-bookworm 8.3.13-cli-alpine3.20 8.3.13-fpm-bookworm
    docker.io/library/postgres 13-alpine 14 15-bookworm 16 16-alpine 16.4-alpine3.20 17 17-alpine3.20 17.0-bookworm
    docker.io/library/python 3.11-slim 3.12 3.12-alpine 3.12-slim-bookworm 3.12.7-alpine3.20 3.13-slim 3.13.0-bookworm
    docker.io/library/rabbitmq 3.13-management 3.13.7-management-alpine 4.0.3-management-alpine
    docker.io/library/redis 6.2-alpine 7 7-alpine 7.2.6-bookworm 7.4 7.4.1-alpine3.20
    docker.io/library/registry 2 2.8.3 3.0.0-rc.1
    docker.io/library/ruby 3.2-slim 3.3-alpine 3.3.5-slim-bookworm
    docker.io/library/rust 1.82-alpine3.20 1.82-slim-bookworm 1.82.0
    docker.io/library/solr 9.7.0-slim
    docker.io/library/sonarqube 10.7.0-community lts-community
    docker.io/library/swift 6.0 6.0.2-bookworm-slim 6.0.2-jammy
    docker.io/library/telegraf 1.32-alpine 1.32.2
    docker.io/library/tomcat 10.1-jre21-temurin-jammy 9.0.96-jdk17-corretto-al2
    docker.io/library/traefik 2.11 v3.2 v3.2.0-windowsservercore-ltsc2022
    docker.io/library/ubuntu 20.04 22.04 24.04 jammy-20240911.1 noble-20241015
    docker.io/library/vault 1.13.3
    docker.io/library/wordpress 6.6.2-php8.3-apache 6.6.2-php8.3-fpm-alpine
    docker.io/library/zookeeper 3.9.3-jre-17
    docker.io/apache/airflow 2.10.3-python3.11 2.10.3-python3.12 slim-2.10.3-python3.12
    docker.io/apache/kafka 3.8.1 3.9.0
    docker.io/apache/superset 4.0.2 4.0.2-dev
    docker.io/aquasec/trivy 0.57.0 0.57.1
    docker.io/bitnami/kafka 3.8.1-debian-12-r1 3.9.0-debian-12-r0
    docker.io/bitnami/kubectl 1.30.6-debian-12-r0 1.31.2-debian-12-r2
    docker.io/bitnami/minio 2024.11.7-debian-12-r0
    docker.io/bitnami/mongodb 7.0.15-debian-12-r2 8.0.3-debian-12-r0
    docker.io/bitnami/mysql 8.4.3-debian-12-r0
    docker.io/bitnami/nginx 1.27.2-debian-12-r4
    docker.io/bitnami/os-shell 12-debian-12-r31 12-debian-12-r32
    docker.io/bitnami/postgres-exporter 0.16.0-debian-12-r0
    docker.io/bitnami/postgresql 14.13.0-debian-12-r34 15.8.0-debian-12-r28 16.4.0-debian-12-r23 17.0.0-debian-12-r11
    docker.io/bitnami/rabbitmq 3.13.7-debian-12-r4 4.0.3-debian-12-r1
    docker.io/bitnami/redis 7.4.1-debian-12-r0 7.4.1-debian-12-r2
    docker.io/bitnami/redis-exporter 1.66.0-debian-12-r1
    docker.io/bitnami/redis-sentinel 7.4.1-debian-12-r0
    docker.io/bitnami/sealed-secrets-controller 0.27.2 0.27.2-debian-12-r1
    docker.io/calico/cni v3.28.2 v3.29.0
    docker.io/calico/kube-controllers v3.28.2 v3.29.0
    docker.io/calico/node v3.28.2 v3.29.0
    docker.io/calico/pod2daemon-flexvol v3.29.0
    docker.io/cloudflare/cloudflared 2024.11.0
    docker.io/clickhouse/clickhouse-server 24.8.6-alpine 24.10.2
    docker.io/curlimages/curl 8.11.0
    docker.io/datadog/agent 7.59.0 7.59.0-jmx
    docker.io/datadog/cluster-agent 7.59.0
    docker.io/envoyproxy/envoy distroless-v1.32.1 v1.31-latest v1.32.1
    docker.io/envoyproxy/gateway v1.2.1
    docker.io/fluent/fluent-bit 3.1.9 3.2.0-debug
    docker.io/fluent/fluentd v1.17-debian-1 v1.17.1-debian-forward-1.0
    docker.io/fluxcd/source-controller v1.4.1
    docker.io/gitea/gitea 1.22.3-rootless
    docker.io/gitlab/gitlab-runner alpine-v17.5.3 v17.5.3
    docker.io/grafana/alloy v1.5.0
    docker.io/grafana/grafana 10.4.12 11.3.0 11.3.0-ubuntu
    docker.io/grafana/grafana-image-renderer 3.11.6
    docker.io/grafana/loki 2.9.11 3.2.1
    docker.io/grafana/mimir 2.14.1
    docker.io/grafana/promtail 3.2.1
    docker.io/grafana/tempo 2.6.1
    docker.io/hashicorp/consul 1.20.1
    docker.io/hashicorp/terraform 1.9.8
    docker.io/hashicorp/vault 1.18.1
    docker.io/hashicorp/vault-k8s 1.5.0
    docker.io/istio/operator 1.23.3-distroless
    docker.io/istio/pilot 1.23.3 1.23.3-distroless 1.24.0
    docker.io/istio/proxyv2 1.23.3 1.23.3-distroless 1.24.0
    docker.io/jaegertracing/all-in-one 1.62.0
    docker.io/jenkins/inbound-agent 3283.v92c105e0f819-4-jdk21 3273.v4cfe589b_fd83-1-alpine-jdk17
    docker.io/jenkins/jenkins 2.479.1-lts-alpine 2.479.1-lts-jdk21
    docker.io/keycloak/keycloak 26.0.5
    docker.io/kiwigrid/k8s-sidecar 1.28.0
    docker.io/linuxserver/openssh-server 9.7_p1-r4-ls174
    docker.io/localstack/localstack 3.8.1
    docker.io/minio/mc RELEASE.2024-11-05T11-29-45Z RELEASE.2024-10-29T15-34-59Z
    docker.io/minio/minio RELEASE.2024-11-07T00-52-20Z RELEASE.2024-10-29T16-01-48Z RELEASE.2024-10-29T16-01-48Z.fips
    docker.io/nginxinc/nginx-unprivileged 1.27.2-alpine3.20-slim 1.27.2-bookworm
    docker.io/nvidia/cuda 12.6.2-base-ubuntu22.04 12.6.2-cudnn-devel-ubuntu22.04 12.6.2-cudnn-runtime-ubuntu22.04
    docker.io/openpolicyagent/gatekeeper v3.17.1
    docker.io/openpolicyagent/opa 0.70.0-rootless 0.70.0-static-debug
    docker.io/opensearchproject/opensearch 2.18.0
    docker.io/opensearchproject/opensearch-dashboards 2.18.0
    docker.io/otel/opentelemetry-collector 0.113.0
    docker.io/otel/opentelemetry-collector-contrib 0.113.0 0.113.0-amd64
    docker.io/portainer/portainer-ce 2.21.4-alpine
    docker.io/prom/alertmanager v0.27.0
    docker.io/prom/blackbox-exporter v0.25.0
    docker.io/prom/node-exporter v1.8.2
    docker.io/prom/prometheus v2.55.1
    docker.io/prom/pushgateway v1.10.0
    docker.io/rancher/k3s v1.30.6-k3s1 v1.31.2-k3s1
    docker.io/rancher/local-path-provisioner v0.0.30
    docker.io/rancher/mirrored-calico-pod2daemon-flexvol v3.28.2
    docker.io/rancher/mirrored-coredns-coredns 1.11.3
    docker.io/rancher/mirrored-library-traefik 2.11.10
    docker.io/rancher/mirrored-prometheus-node-exporter v1.8.2
    docker.io/rancher/mirrored-prometheus-operator-prometheus-config-reloader v0.78.1
    docker.io/selenium/standalone-chrome 130.0-chromedriver-130.0-grid-4.26.0-20241101
    docker.io/sonatype/nexus3 3.74.0-java17-alpine
    docker.io/strimzi/kafka 0.44.0-kafka-3.8.0
    docker.io/temporalio/auto-setup 1.25.2
    docker.io/testcontainers/ryuk 0.10.2
    docker.io/timescale/timescaledb-ha pg16.4-ts2.17.1-all
    docker.io/velero/velero v1.15.0
    docker.io/velero/velero-plugin-for-aws v1.11.0
    docker.io/weaveworks/weave-kube 2.8.1
    ghcr.io/actions/actions-runner 2.320.0 2.321.0
    ghcr.io/actions/gha-runner-scale-set-controller 0.9.3
    ghcr.io/aquasecurity/trivy 0.57.0
    ghcr.io/aquasecurity/trivy-db 2
    ghcr.io/aquasecurity/trivy-operator 0.22.0
    ghcr.io/astral-sh/uv 0.5.1-python3.12-bookworm-slim 0.5.1-python3.13-alpine
    ghcr.io/cloudnative-pg/cloudnative-pg 1.24.1
    ghcr.io/cloudnative-pg/postgresql 16.4-37-bookworm 17.0-18-bookworm
    ghcr.io/dexidp/dex v2.41.1 v2.41.1-distroless
    ghcr.io/external-secrets/external-secrets v0.10.5 v0.10.5-ubi
    ghcr.io/fluxcd/helm-controller v1.1.0
    ghcr.io/fluxcd/image-automation-controller v0.39.0
    ghcr.io/fluxcd/image-reflector-controller v0.33.0
    ghcr.io/fluxcd/kustomize-controller v1.4.0
    ghcr.io/fluxcd/notification-controller v1.4.0
    ghcr.io/fluxcd/source-controller v1.4.1
    ghcr.io/goharbor/harbor-core v2.11.1
    ghcr.io/grafana/grafana-operator v5.14.0
    ghcr.io/home-assistant/home-assistant 2024.11.1
    ghcr.io/immich-app/immich-machine-learning v1.120.1-cuda
    ghcr.io/immich-app/immich-server v1.120.1
    ghcr.io/k8snetworkplumbingwg/multus-cni v4.1.3-thick
    ghcr.io/k8snetworkplumbingwg/sriov-network-operator-config-daemon v1.4.0
    ghcr.io/kedacore/keda 2.15.1
    ghcr.io/kedacore/keda-admission-webhooks 2.15.1
    ghcr.io/kedacore/keda-metrics-apiserver 2.15.1
    ghcr.io/kyverno/background-controller v1.12.6
    ghcr.io/kyverno/cleanup-controller v1.12.6
    ghcr.io/kyverno/kyverno v1.12.6
    ghcr.io/kyverno/kyvernopre v1.12.6
    ghcr.io/kyverno/reports-controller v1.12.6
    ghcr.io/linuxserver/jellyfin 10.10.1ubu2404-ls37
    ghcr.io/mlflow/mlflow v2.17.2
    ghcr.io/nginxinc/kubernetes-ingress 3.7.1-alpine
    ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-java 2.9.0
    ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-nodejs 0.54.0
    ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator v0.112.0
    ghcr.io/prometheus-community/postgres-exporter v0.15.0
    ghcr.io/renovatebot/renovate 39.9.4 39.9.4-full
    ghcr.io/spiffe/spire-agent 1.11.0
    ghcr.io/spiffe/spire-server 1.11.0
    ghcr.io/stakater/reloader v1.1.0 v1.1.0-ubi
    ghcr.io/stefanprodan/podinfo 6.7.1
    ghcr.io/zalando/postgres-operator v1.13.0
    ghcr.io/zalando/spilo-16 3.3-p1
    ghcr.io/zitadel/zitadel v2.64.1-debug
    quay.io/argoproj/argocd v2.12.6 v2.13.0
    quay.io/argoproj/argocli v3.5.12
    quay.io/argoproj/argoexec v3.5.12
    quay.io/argoproj/argo-rollouts v1.7.2
    quay.io/argoproj/workflow-controller v3.5.12
    quay.io/brancz/kube-rbac-proxy v0.18.1
    quay.io/calico/node v3.29.0
    quay.io/ceph/ceph v18.2.4 v19.2.0
    quay.io/cephcsi/cephcsi v3.12.2
    quay.io/cilium/cilium v1.15.10 v1.16.3
    quay.io/cilium/cilium-envoy v1.29.9-1728346947-0d05e48bfbb8c4737ec40d5781d970a550ed2bbd
    quay.io/cilium/clustermesh-apiserver v1.16.3
    quay.io/cilium/hubble-relay v1.16.3
    quay.io/cilium/hubble-ui v0.13.1
    quay.io/cilium/hubble-ui-backend v0.13.1
    quay.io/cilium/operator-aws v1.16.3
    quay.io/cilium/operator-generic v1.16.3
    quay.io/containers/buildah v1.37.5
    quay.io/containers/podman v5.2.5
    quay.io/containers/skopeo v1.16.1
    quay.io/coreos/etcd v3.5.16 v3.5.16-amd64
    quay.io/dexidp/dex v2.41.1
    quay.io/fedora/fedora 41
    quay.io/frrouting/frr 9.1.2
    quay.io/jetstack/cert-manager-acmesolver v1.16.1
    quay.io/jetstack/cert-manager-cainjector v1.15.3 v1.16.1
    quay.io/jetstack/cert-manager-controller v1.15.3 v1.16.1
    quay.io/jetstack/cert-manager-package-debian 20210119.0
    quay.io/jetstack/cert-manager-startupapicheck v1.16.1
    quay.io/jetstack/cert-manager-webhook v1.15.3 v1.16.1
    quay.io/jetstack/trust-manager v0.12.0
    quay.io/kiali/kiali v2.0.0
    quay.io/keycloak/keycloak 25.0.6 26.0.5
    quay.io/keycloak/keycloak-operator 26.0.5
    quay.io/kubevirt/virt-operator v1.4.0
    quay.io/metallb/controller v0.14.8
    quay.io/metallb/speaker v0.14.8
    quay.io/minio/minio RELEASE.2024-11-07T00-52-20Z
    quay.io/minio/operator v6.0.4
    quay.io/oauth2-proxy/oauth2-proxy v7.7.1 v7.7.1-alpine
    quay.io/openshift/origin-cli 4.17 4.17.0
    quay.io/operator-framework/olm v0.29.0
    quay.io/opstree/redis-operator v0.18.1
    quay.io/prometheus/alertmanager v0.27.0
    quay.io/prometheus/blackbox-exporter v0.25.0
    quay.io/prometheus/busybox latest
    quay.io/prometheus/node-exporter v1.8.2
    quay.io/prometheus/prometheus v2.54.1 v2.55.1 v3.0.0-rc.1
    quay.io/prometheus-operator/prometheus-config-reloader v0.77.2 v0.78.1
    quay.io/prometheus-operator/prometheus-operator v0.77.2 v0.78.1
    quay.io/strimzi/kafka 0.44.0-kafka-3.7.1 0.44.0-kafka-3.8.0
    quay.io/strimzi/kafka-bridge 0.30.0
    quay.io/strimzi/operator 0.44.0
    quay.io/thanos/thanos v0.36.1
    quay.io/tigera/operator v1.36.0
    public.ecr.aws/amazoncorretto/amazoncorretto 21-alpine3.20-jdk 21.0.5-al2023-headless
    public.ecr.aws/amazonlinux/amazonlinux 2 2023 2023-minimal
    public.ecr.aws/aws-controllers-k8s/s3-controller 1.0.17
    public.ecr.aws/aws-ec2/aws-node-termination-handler v1.22.1
    public.ecr.aws/aws-observability/aws-for-fluent-bit 2.32.4 2.32.4-init
    public.ecr.aws/aws-observability/aws-otel-collector v0.41.1
    public.ecr.aws/aws-observability/aws-sigv4-proxy 1.8
    public.ecr.aws/bitnami/redis 7.4.1-debian-12-r2
    public.ecr.aws/cloudwatch-agent/cloudwatch-agent 1.300049.1b929 1.300049.1b929-amd64
    public.ecr.aws/docker/library/alpine 3.20
    public.ecr.aws/docker/library/nginx 1.27-alpine
    public.ecr.aws/docker/library/node 22-alpine 22-bookworm-slim
    public.ecr.aws/docker/library/python 3.12-slim-bookworm
    public.ecr.aws/docker/library/redis 7.4.1-alpine3.20
    public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver v1.36.0 v1.37.0
    public.ecr.aws/efs-csi-driver/amazon/aws-efs-csi-driver v2.0.9
    public.ecr.aws/eks-distro/coredns/coredns v1.11.1-eks-1-30-19
    public.ecr.aws/eks-distro/kubernetes-csi/external-attacher v4.7.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes-csi/external-provisioner v5.1.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes-csi/external-resizer v1.12.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes-csi/external-snapshotter/csi-snapshotter v8.1.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes-csi/livenessprobe v2.14.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes-csi/node-driver-registrar v2.12.0-eks-1-31-5
    public.ecr.aws/eks-distro/kubernetes/pause 3.10
    public.ecr.aws/eks/aws-load-balancer-controller v2.9.2 v2.10.0
    public.ecr.aws/karpenter/controller 1.0.7 1.0.8
    public.ecr.aws/lambda/nodejs 20-x86_64 22.2024.11.08.18
    public.ecr.aws/lambda/provided al2023 al2023.2024.11.08.17-arm64
    public.ecr.aws/lambda/python 3.12 3.12.2024.11.06.17
    public.ecr.aws/xray/aws-xray-daemon 3.3.14
    registry.k8s.io/autoscaling/cluster-autoscaler v1.30.3 v1.31.1
    registry.k8s.io/coredns/coredns v1.11.3
    registry.k8s.io/cpa/cluster-proportional-autoscaler v1.9.0
    registry.k8s.io/csi-secrets-store/driver v1.4.6
    registry.k8s.io/csi-secrets-store/driver-crds v1.4.6
    registry.k8s.io/dns/k8s-dns-node-cache 1.24.0
    registry.k8s.io/etcd 3.5.15-0 3.5.16-0
    registry.k8s.io/external-dns/external-dns v0.15.0
    registry.k8s.io/ingress-nginx/controller v1.11.3 v1.11.3-chroot v1.12.0-beta.0
    registry.k8s.io/ingress-nginx/kube-webhook-certgen v1.4.4 v20231226-1a7112e06
    registry.k8s.io/ingress-nginx/opentelemetry-1.25.3 v20240813-b933310d
    registry.k8s.io/kube-apiserver v1.30.6 v1.31.2
    registry.k8s.io/kube-controller-manager v1.30.6 v1.31.2
    registry.k8s.io/kube-proxy v1.30.6 v1.31.2
    registry.k8s.io/kube-scheduler v1.30.6 v1.31.2
    registry.k8s.io/kube-state-metrics/kube-state-metrics v2.13.0 v2.14.0
    registry.k8s.io/metrics-server/metrics-server v0.7.2
    registry.k8s.io/nfd/node-feature-discovery v0.16.6-minimal
    registry.k8s.io/pause 3.9 3.10
    registry.k8s.io/prometheus-adapter/prometheus-adapter v0.12.0
    registry.k8s.io/provider-aws/cloud-controller-manager v1.31.1
    registry.k8s.io/sig-storage/csi-attacher v4.7.0
    registry.k8s.io/sig-storage/csi-node-driver-registrar v2.12.0
    registry.k8s.io/sig-storage/csi-provisioner v5.1.0
    registry.k8s.io/sig-storage/csi-resizer v1.12.0
    registry.k8s.io/sig-storage/csi-snapshotter v8.1.0
    registry.k8s.io/sig-storage/livenessprobe v2.14.0
    registry.k8s.io/sig-storage/nfs-subdir-external-provisioner v4.0.2
    registry.k8s.io/sig-storage/snapshot-controller v8.1.0
    gcr.io/cadvisor/cadvisor v0.49.1
    gcr.io/distroless/base-debian12 debug nonroot
    gcr.io/distroless/java21-debian12 nonroot
    gcr.io/distroless/static-debian12 debug-nonroot latest nonroot
    gcr.io/google-containers/pause 3.2
    gcr.io/kaniko-project/executor debug v1.23.2 v1.23.2-debug
    gcr.io/knative-releases/knative.dev/serving/cmd/activator v1.16.0
    gcr.io/knative-releases/knative.dev/serving/cmd/autoscaler v1.16.0
    gcr.io/knative-releases/knative.dev/serving/cmd/autoscaler-hpa v1.16.0
    gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/controller v0.65.1
    gcr.io/tekton-releases/github.com/tektoncd/pipeline/cmd/webhook v0.65.1
    mcr.microsoft.com/azure-cli 2.66.0
    mcr.microsoft.com/devcontainers/base bookworm jammy
    mcr.microsoft.com/dotnet/aspnet 8.0 8.0-jammy-chiseled 9.0-noble-chiseled-extra
    mcr.microsoft.com/dotnet/runtime-deps 8.0-alpine3.20
    mcr.microsoft.com/dotnet/sdk 8.0 9.0-alpine3.20
    mcr.microsoft.com/mssql/server 2022-CU15-ubuntu-22.04
    mcr.microsoft.com/playwright v1.48.2-jammy
    mcr.microsoft.com/playwright/python v1.48.0-jammy
    nvcr.io/nvidia/cloud-native/gpu-operator-validator v24.9.0
    nvcr.io/nvidia/cuda 12.6.2-cudnn-runtime-ubuntu22.04
    nvcr.io/nvidia/gpu-operator v24.9.0
    nvcr.io/nvidia/k8s/container-toolkit v1.17.0-ubuntu20.04
    nvcr.io/nvidia/k8s/dcgm-exporter 3.3.8-3.6.0-ubuntu22.04
    nvcr.io/nvidia/pytorch 24.10-py3
    nvcr.io/nvidia/tritonserver 24.10-py3 24.10-vllm-python-py3
    docker.elastic.co/beats/filebeat 8.16.0
    docker.elastic.co/eck/eck-operator 2.14.0
    docker.elastic.co/elasticsearch/elasticsearch 8.15.3 8.16.0
    docker.elastic.co/kibana/kibana 8.15.3 8.16.0
    registry.gitlab.com/gitlab-org/build/cng/gitlab-webservice-ee v17.5.2
    registry.gitlab.com/gitlab-org/build/cng/kubectl v17.5.2
    registry.gitlab.com/gitlab-org/cluster-integration/gitlab-agent/agentk v17.5.1
    registry.gitlab.com/gitlab-org/gitlab-runner alpine-v17.5.3
    registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper x86_64-v17.5.3
    us-docker.pkg.dev/fairwinds-ops/oss/goldilocks v4.13.0
    us-docker.pkg.dev/fairwinds-ops/oss/polaris 9.6.0
    cr.fluentbit.io/fluent/fluent-bit 3.1.9
    cgr.dev/chainguard/busybox latest
    cgr.dev/chainguard/static latest
    602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon-k8s-cni v1.18.6-eksbuild.1 v1.19.0-eksbuild.1
    602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon-k8s-cni-init v1.19.0-eksbuild.1
    602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon/aws-network-policy-agent v1.1.4-eksbuild.1
    602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/coredns v1.11.3-eksbuild.2
    602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/kube-proxy v1.31.2-minimal-eksbuild.3
    602401143452.dkr.ecr.us-east-1.amazonaws.com/amazon-k8s-cni v1.19.0-eksbuild.1
    """
}
