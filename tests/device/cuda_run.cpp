// SPDX-License-Identifier: Apache-2.0
#include "device/cuda_run.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace pinhole::test {
namespace {

// Device memory with guard bytes behind it.
class CudaMemory {
public:
  CudaMemory(CudaDevice* device, const void* from, size_t bytes, Faults* faults)
      : device_(device), bytes_(bytes), image_(bytes + kGuardBytes, kGuardByte), faults_(faults) {
    if (from && bytes > 0)
      std::memcpy(image_.data(), from, bytes);
    keep(cuda_allocate(device_, image_.size(), &memory_));
    if (memory_)
      keep(copy_to_cuda(device_, image_.data(), image_.size(), memory_));
  }
  CudaMemory(const CudaMemory&) = delete;
  CudaMemory& operator=(const CudaMemory&) = delete;
  ~CudaMemory() { cuda_release(device_, memory_); }

  void* data() const { return memory_; }
  // The bytes as they are now; a fault when the guard changed.
  const unsigned char* fetch() {
    if (memory_)
      keep(copy_from_cuda(device_, memory_, image_.size(), image_.data()));
    for (size_t i = bytes_; i < image_.size(); ++i)
      if (image_[i] != kGuardByte) {
        faults_->push_back(text("wrote past %zu bytes of device memory", bytes_));
        break;
      }
    return image_.data();
  }

private:
  static constexpr size_t kGuardBytes = 256;
  static constexpr unsigned char kGuardByte = 0xA5;
  void keep(const Status& status) {
    if (!status.ok())
      faults_->push_back(status.text);
  }
  CudaDevice* device_;
  size_t bytes_;
  std::vector<unsigned char> image_;
  void* memory_ = nullptr;
  Faults* faults_;
};

// An f16 tensor and its copy on the device.
class CudaTensor {
public:
  CudaTensor(CudaDevice* device, const Desc& desc, const Form& form, const Values* values, Faults* faults)
      : tensor_(desc, form) {
    if (values)
      tensor_.write(*values);
    memory_ = std::make_unique<CudaMemory>(device, tensor_.memory().data(), bytes(), faults);
  }
  View view() {
    View view = tensor_.view();
    view.data = static_cast<uint16_t*>(memory_->data()) + tensor_.first();
    view.space = Space::cuda;
    return view;
  }
  Values read(Faults* faults) {
    std::memcpy(tensor_.memory().data(), memory_->fetch(), bytes());
    if (!tensor_.gaps_intact())
      faults->push_back("wrote into a gap of a tensor");
    return tensor_.read();
  }

private:
  size_t bytes() { return tensor_.memory().size() * sizeof(uint16_t); }
  HalfTensor tensor_;
  std::unique_ptr<CudaMemory> memory_;
};

class CudaCall {
public:
  CudaCall(CudaDevice* device, const Problem& problem, const CudaRunSpec& spec)
      : device_(device), problem_(problem), spec_(spec) {
    call_.options = &problem.options;
    call_.n_in = static_cast<int8_t>(problem.query.n_in);
    call_.n_out = static_cast<int8_t>(problem.query.n_out);
    call_.n_parameters = static_cast<int8_t>(problem.query.n_parameters);
    call_.training = problem.query.training;
    call_.rows = {0, problem.out().h};
    call_.device = device;
    call_.state = cuda_run_state(device);
  }

  Outcome run(CudaPass pass, const Operands& operands, const std::vector<Values>& outputs);

private:
  using Tensors = std::vector<std::unique_ptr<CudaTensor>>;

  void add(Tensors* tensors, std::vector<View>* views, const Desc& desc, const Values* values) {
    tensors->push_back(std::make_unique<CudaTensor>(device_, desc, spec_.form, values, &outcome_.faults));
    views->push_back(tensors->back()->view());
  }
  void add_parameters(const Operands& operands);
  void add_parameter_gradients();
  void execute(const Kernel& kernel);
  void read_parameter_gradients();

  CudaDevice* device_;
  const Problem& problem_;
  const CudaRunSpec& spec_;
  Call call_;
  Tensors in_, out_, d_in_, d_out_;
  std::vector<std::vector<float>> parameter_values_;
  std::vector<std::unique_ptr<CudaMemory>> parameter_, d_parameter_;
  std::vector<View> in_views_, out_views_, d_in_views_, d_out_views_, parameter_views_, d_parameter_views_;
  Outcome outcome_;
};

void CudaCall::add_parameters(const Operands& operands) {
  for (int32_t i = 0; i < problem_.query.n_parameters; ++i) {
    std::vector<float>& values =
        parameter_values_.emplace_back(operands.parameter[i].begin(), operands.parameter[i].end());
    const size_t bytes = values.size() * sizeof(float);
    parameter_.push_back(std::make_unique<CudaMemory>(device_, values.data(), bytes, &outcome_.faults));
    parameter_views_.push_back(spec_.parameters_on_device
                                   ? dense_view(problem_.query.parameter[i], parameter_.back()->data(), Space::cuda)
                                   : dense_view(problem_.query.parameter[i], values.data()));
  }
}

void CudaCall::add_parameter_gradients() {
  for (int32_t i = 0; i < problem_.query.n_parameters; ++i) {
    const Desc& desc = problem_.query.parameter[i];
    std::vector<float> before(static_cast<size_t>(desc.elements()), std::numeric_limits<float>::infinity());
    if (spec_.onto)
      before.assign((*spec_.onto)[i].begin(), (*spec_.onto)[i].end());
    d_parameter_.push_back(std::make_unique<CudaMemory>(device_, before.data(), desc.bytes(), &outcome_.faults));
    d_parameter_views_.push_back(dense_view(desc, d_parameter_.back()->data(), Space::cuda));
  }
}

void CudaCall::execute(const Kernel& kernel) {
  call_.in = in_views_.data(), call_.out = out_views_.data(), call_.parameter = parameter_views_.data();
  call_.d_in = d_in_views_.data(), call_.d_out = d_out_views_.data(), call_.d_parameter = d_parameter_views_.data();
  CudaMemory prepared(device_, nullptr, kernel.prepared_bytes ? kernel.prepared_bytes(call_) : 0, &outcome_.faults);
  CudaMemory scratch(device_, nullptr, kernel.scratch_bytes ? kernel.scratch_bytes(call_) : 0, &outcome_.faults);
  call_.prepared = prepared.data();
  call_.scratch = scratch.data();
  forget_prepared(device_); // the allocator may give this run's memory the last one's address
  if (kernel.prepare.run)
    kernel.prepare.run(call_, 0, kernel.prepare.units(call_));
  for (const Phase& phase : kernel.phase)
    if (phase.run)
      phase.run(call_, 0, phase.units(call_));
  if (const Status status = finish_cuda(device_); !status.ok())
    outcome_.faults.push_back(status.text);
  prepared.fetch();
  scratch.fetch();
}

void CudaCall::read_parameter_gradients() {
  for (int32_t i = 0; i < problem_.query.n_parameters; ++i) {
    const auto* gradient = reinterpret_cast<const float*>(d_parameter_[i]->fetch());
    outcome_.tensors.emplace_back(gradient, gradient + problem_.query.parameter[i].elements());
  }
}

Outcome CudaCall::run(CudaPass pass, const Operands& operands, const std::vector<Values>& outputs) {
  const ShapeQuery& query = problem_.query;
  const Kernels* kernels = cuda_kernels_of(device_, problem_, spec_.form);
  const bool forward = pass == CudaPass::forward, data = pass == CudaPass::backward_data;
  add_parameters(operands);
  for (int32_t i = 0; i < query.n_in; ++i)
    add(&in_, &in_views_, query.in[i], &operands.in[i]);
  for (int32_t i = 0; i < query.n_out; ++i)
    add(&out_, &out_views_, query.out[i], forward ? nullptr : &outputs[i]);
  add(&d_out_, &d_out_views_, problem_.out(), &operands.d_out);
  for (int32_t i = 0; i < query.n_in; ++i)
    add(&d_in_, &d_in_views_, query.in[i], spec_.onto && data ? &(*spec_.onto)[i] : nullptr);
  if (pass == CudaPass::backward_weights)
    add_parameter_gradients();
  if (spec_.in_place)
    (forward ? out_views_ : d_in_views_)[0].data = (forward ? in_views_ : d_out_views_)[0].data;
  if (spec_.onto)
    call_.accumulate_in = call_.accumulate_parameter = 0xFF;
  execute(forward ? kernels->forward : data ? kernels->backward_data : kernels->backward_weights);
  Tensors& result = forward ? (spec_.in_place ? in_ : out_) : spec_.in_place ? d_out_ : d_in_;
  if (pass == CudaPass::backward_weights)
    read_parameter_gradients();
  else
    for (auto& tensor : result)
      outcome_.tensors.push_back(tensor->read(&outcome_.faults));
  return std::move(outcome_);
}

std::vector<Values> all_as_half(const std::vector<Values>& values) {
  std::vector<Values> halves(values.size());
  std::transform(values.begin(), values.end(), halves.begin(), as_half);
  return halves;
}

} // namespace

Operands half_operands(const Operands& operands) {
  return {all_as_half(operands.in), all_as_half(operands.parameter), as_half(operands.d_out)};
}

const Kernels* cuda_kernels_of(CudaDevice* device, const Problem& problem, const Form& form) {
  std::vector<View> in, out;
  for (int32_t i = 0; i < problem.query.n_in; ++i)
    in.push_back(HalfTensor(problem.query.in[i], form).view());
  for (int32_t i = 0; i < problem.query.n_out; ++i)
    out.push_back(HalfTensor(problem.query.out[i], form).view());
  Call call;
  call.options = &problem.options;
  call.in = in.data(), call.out = out.data();
  call.n_in = static_cast<int8_t>(in.size()), call.n_out = static_cast<int8_t>(out.size());
  call.training = problem.query.training;
  call.device = device;
  return cuda_kernels(problem.op().id, call);
}

Outcome run_on_cuda(CudaPass pass, CudaDevice* device, const Problem& problem, const Operands& operands,
                    const std::vector<Values>& outputs, const CudaRunSpec& spec) {
  return CudaCall(device, problem, spec).run(pass, operands, outputs);
}

} // namespace pinhole::test
