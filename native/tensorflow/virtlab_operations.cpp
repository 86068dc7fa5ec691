// Operations of BERT's training that TensorFlow has only in pieces, each in one pass over memory: what the files of
// src-main/trainer/ops compute, to float32 rounding. Compiled into the binding when the backend is installed.
// Every result is independent of how many threads there are: sums over rows are taken in fixed chunks, in order.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/lib/core/threadpool.h"

namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

// The compiler makes a form for each generation of processors; the one that fits is taken at run time.
#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTORISED
#endif

template <typename Work>
void Parallel(OpKernelContext* context, int64_t count, int64_t cost, Work work) {
  context->device()->tensorflow_cpu_worker_threads()->workers->ParallelFor(count, cost, work);
}

// e^x by Cephes' polynomial: relative error below 2e-7, and loops over it vectorise.
inline float Exp(float x) {
  x = std::min(std::max(x, -87.3f), 88.3f);
  const float n = std::nearbyintf(x * 1.44269504f);
  const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, 4);
  return p * power;
}

// Φ(x) and e^(−x²/2), by Abramowitz & Stegun 7.1.26: absolute error of erf below 1.5e-7.
inline void Normal(float x, float* cdf, float* density) {
  const float z = std::fabs(x) * 0.70710678f;
  const float t = 1.0f / (1.0f + 0.3275911f * z);
  const float e = Exp(-z * z);
  const float tail =
      ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t * e * 0.5f;
  *cdf = x < 0 ? tail : 1.0f - tail;
  *density = e;
}

VECTORISED void Gelu(const float* x, float* y, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    float cdf, density;
    Normal(x[i], &cdf, &density);
    y[i] = x[i] * cdf;
  }
}

VECTORISED void GeluGrad(const float* dy, const float* x, float* dx, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    float cdf, density;
    Normal(x[i], &cdf, &density);
    dx[i] = dy[i] * (cdf + x[i] * 0.39894228f * density);
  }
}

// x [rows, width]; stats [rows, 2]: mean, 1/deviation.
VECTORISED void LayerNorm(const float* x, const float* gamma, const float* beta, float epsilon, float* y, float* stats,
                          int64_t rows, int64_t width) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width, stats += 2) {
    float sum = 0;
    for (int64_t i = 0; i < width; i++) sum += x[i];
    const float mean = sum / width;
    float squares = 0;
    for (int64_t i = 0; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
    const float inverse = 1.0f / std::sqrt(squares / width + epsilon);
    for (int64_t i = 0; i < width; i++) y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i];
    stats[0] = mean;
    stats[1] = inverse;
  }
}

// Adds to dgamma and dbeta [width].
VECTORISED void LayerNormGrad(const float* dy, const float* x, const float* stats, const float* gamma, float* dx,
                              float* dgamma, float* dbeta, int64_t rows, int64_t width) {
  for (int64_t row = 0; row < rows; row++, x += width, dy += width, dx += width, stats += 2) {
    const float mean = stats[0], inverse = stats[1];
    float across = 0, along = 0;
    for (int64_t i = 0; i < width; i++) {
      const float normalised = (x[i] - mean) * inverse;
      const float scaled = dy[i] * gamma[i];
      across += scaled;
      along += scaled * normalised;
      dgamma[i] += dy[i] * normalised;
      dbeta[i] += dy[i];
    }
    across /= width;
    along /= width;
    for (int64_t i = 0; i < width; i++) {
      dx[i] = (dy[i] * gamma[i] - across - (x[i] - mean) * inverse * along) * inverse;
    }
  }
}

// One row of scores [keys] with its additive mask.
VECTORISED void MaskedSoftmaxRows(const float* scores, const float* mask, float scale, float* p, int64_t rows,
                                  int64_t keys) {
  for (int64_t row = 0; row < rows; row++, scores += keys, p += keys) {
    float most = -3.4e38f;
    for (int64_t i = 0; i < keys; i++) {
      p[i] = scores[i] * scale + mask[i];
      most = std::max(most, p[i]);
    }
    float sum = 0;
    for (int64_t i = 0; i < keys; i++) {
      const float shifted = p[i] - most;
      p[i] = shifted < -87.0f ? 0.0f : Exp(shifted);  // a masked key has exactly 0
      sum += p[i];
    }
    const float inverse = 1.0f / sum;
    for (int64_t i = 0; i < keys; i++) p[i] *= inverse;
  }
}

VECTORISED void SoftmaxGradRows(const float* dy, const float* p, float scale, float* dx, int64_t rows, int64_t keys) {
  for (int64_t row = 0; row < rows; row++, dy += keys, p += keys, dx += keys) {
    float total = 0;
    for (int64_t i = 0; i < keys; i++) total += dy[i] * p[i];
    for (int64_t i = 0; i < keys; i++) dx[i] = (dy[i] - total) * p[i] * scale;
  }
}

// The generator of backends/kernels/dropout-mask.ts, to the bit.
inline uint32_t Scramble(uint32_t value) {
  uint32_t h = value + 0x9e3779b9u;
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}

VECTORISED void Dropout(const float* x, float* y, uint32_t before, uint32_t between, uint32_t threshold, float scale,
                        uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    uint32_t h = i ^ before;
    h = ((h ^ (h >> 16)) * 0x7feb352du) ^ between;
    h = (h ^ (h >> 15)) * 0x846ca68bu;
    h ^= h >> 16;
    y[i] = (h >> 1) >= threshold ? x[i] * scale : 0.0f;
  }
}

class GeluOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &y));
    const float* in = x.flat<float>().data();
    float* out = y->flat<float>().data();
    Parallel(context, x.NumElements(), 12, [=](int64_t from, int64_t to) { Gelu(in + from, out + from, to - from); });
  }
};

class GeluGradOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(1);
    Tensor* dx = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &dx));
    const float* gradient = context->input(0).flat<float>().data();
    const float* in = x.flat<float>().data();
    float* out = dx->flat<float>().data();
    Parallel(context, x.NumElements(), 12, [=](int64_t from, int64_t to) {
      GeluGrad(gradient + from, in + from, out + from, to - from);
    });
  }
};

class LayerNormOp : public OpKernel {
 public:
  explicit LayerNormOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("epsilon", &epsilon_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t rows = x.dim_size(0), width = x.dim_size(1);
    Tensor *y = nullptr, *stats = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &y));
    OP_REQUIRES_OK(context, context->allocate_output(1, TensorShape({rows, 2}), &stats));
    const float* in = x.flat<float>().data();
    const float* gamma = context->input(1).flat<float>().data();
    const float* beta = context->input(2).flat<float>().data();
    float* out = y->flat<float>().data();
    float* kept = stats->flat<float>().data();
    Parallel(context, rows, 2 * width, [=](int64_t from, int64_t to) {
      LayerNorm(in + from * width, gamma, beta, epsilon_, out + from * width, kept + from * 2, to - from, width);
    });
  }

 private:
  float epsilon_;
};

class LayerNormGradOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(1);
    const int64_t rows = x.dim_size(0), width = x.dim_size(1);
    Tensor *dx = nullptr, *dgamma = nullptr, *dbeta = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, TensorShape({width}), &dgamma));
    OP_REQUIRES_OK(context, context->allocate_output(2, TensorShape({width}), &dbeta));
    const float* dy = context->input(0).flat<float>().data();
    const float* in = x.flat<float>().data();
    const float* stats = context->input(2).flat<float>().data();
    const float* gamma = context->input(3).flat<float>().data();
    float* out = dx->flat<float>().data();
    constexpr int64_t kChunks = 16;
    std::vector<float> sums(kChunks * 2 * width, 0.0f);
    float* partial = sums.data();
    Parallel(context, kChunks, 4 * width * rows / kChunks + 1, [=](int64_t first, int64_t last) {
      for (int64_t chunk = first; chunk < last; chunk++) {
        const int64_t from = rows * chunk / kChunks, to = rows * (chunk + 1) / kChunks;
        float* own = partial + chunk * 2 * width;
        LayerNormGrad(dy + from * width, in + from * width, stats + from * 2, gamma, out + from * width, own,
                      own + width, to - from, width);
      }
    });
    float* gammas = dgamma->flat<float>().data();
    float* betas = dbeta->flat<float>().data();
    std::fill(gammas, gammas + width, 0.0f);
    std::fill(betas, betas + width, 0.0f);
    for (int64_t chunk = 0; chunk < kChunks; chunk++) {
      const float* own = partial + chunk * 2 * width;
      for (int64_t i = 0; i < width; i++) {
        gammas[i] += own[i];
        betas[i] += own[width + i];
      }
    }
  }
};

// scores [batch, heads, queries, keys], mask [batch, 1, 1, keys]
class MaskedSoftmaxOp : public OpKernel {
 public:
  explicit MaskedSoftmaxOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("scale", &scale_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& scores = context->input(0);
    const int64_t heads = scores.dim_size(1), queries = scores.dim_size(2), keys = scores.dim_size(3);
    Tensor* p = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, scores.shape(), &p));
    const float* in = scores.flat<float>().data();
    const float* mask = context->input(1).flat<float>().data();
    float* out = p->flat<float>().data();
    Parallel(context, scores.dim_size(0) * heads, 6 * queries * keys, [=](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; i++) {
        const int64_t start = i * queries * keys;
        MaskedSoftmaxRows(in + start, mask + i / heads * keys, scale_, out + start, queries, keys);
      }
    });
  }

 private:
  float scale_;
};

class MaskedSoftmaxGradOp : public OpKernel {
 public:
  explicit MaskedSoftmaxGradOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("scale", &scale_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& p = context->input(1);
    const int64_t keys = p.dim_size(3);
    Tensor* dx = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, p.shape(), &dx));
    const float* dy = context->input(0).flat<float>().data();
    const float* in = p.flat<float>().data();
    float* out = dx->flat<float>().data();
    Parallel(context, p.NumElements() / keys, 2 * keys, [=](int64_t from, int64_t to) {
      const int64_t start = from * keys;
      SoftmaxGradRows(dy + start, in + start, scale_, out + start, to - from, keys);
    });
  }

 private:
  float scale_;
};

// key int32 [2]; its own gradient: y = dropout(x) and dx = dropout(dy).
class DropoutOp : public OpKernel {
 public:
  explicit DropoutOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("threshold", &threshold_));
    OP_REQUIRES_OK(construction, construction->GetAttr("scale", &scale_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const auto key = context->input(1).flat<int32_t>();
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &y));
    const uint32_t key0 = key(0), key1 = key(1);
    const uint32_t before = Scramble(key0 ^ Scramble(key1));
    const uint32_t between = Scramble(before ^ key1);
    const float* in = x.flat<float>().data();
    float* out = y->flat<float>().data();
    Parallel(context, x.NumElements(), 3, [=](int64_t from, int64_t to) {
      Dropout(in, out, before, between, static_cast<uint32_t>(threshold_), scale_, from, to);
    });
  }

 private:
  int64_t threshold_;
  float scale_;
};

REGISTER_OP("VirtlabGelu").Input("x: float").Output("y: float");
REGISTER_OP("VirtlabGeluGrad").Input("dy: float").Input("x: float").Output("dx: float");
REGISTER_OP("VirtlabLayerNorm")
    .Input("x: float")
    .Input("gamma: float")
    .Input("beta: float")
    .Output("y: float")
    .Output("stats: float")
    .Attr("epsilon: float");
REGISTER_OP("VirtlabLayerNormGrad")
    .Input("dy: float")
    .Input("x: float")
    .Input("stats: float")
    .Input("gamma: float")
    .Output("dx: float")
    .Output("dgamma: float")
    .Output("dbeta: float");
REGISTER_OP("VirtlabMaskedSoftmax")
    .Input("scores: float")
    .Input("mask: float")
    .Output("p: float")
    .Attr("scale: float");
REGISTER_OP("VirtlabMaskedSoftmaxGrad").Input("dy: float").Input("p: float").Output("dx: float").Attr("scale: float");
REGISTER_OP("VirtlabDropout").Input("x: float").Input("key: int32").Output("y: float").Attr("threshold: int").Attr("scale: float");

#define REGISTER(name, type) REGISTER_KERNEL_BUILDER(Name(name).Device(tensorflow::DEVICE_CPU), type)
REGISTER("VirtlabGelu", GeluOp);
REGISTER("VirtlabGeluGrad", GeluGradOp);
REGISTER("VirtlabLayerNorm", LayerNormOp);
REGISTER("VirtlabLayerNormGrad", LayerNormGradOp);
REGISTER("VirtlabMaskedSoftmax", MaskedSoftmaxOp);
REGISTER("VirtlabMaskedSoftmaxGrad", MaskedSoftmaxGradOp);
REGISTER("VirtlabDropout", DropoutOp);

}  // namespace
