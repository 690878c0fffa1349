"""The default training step in PyTorch, as one who knows it would write it: the generator runs once for both halves,
only wanted gradients are computed, Adam is fused. Networks, recipe, weights and batches are read from the files that
bench/engines/problem.ts writes; orders come over standard input as to bench/engines/step.ts.
Arguments: the folder, the number of threads."""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
spec = json.load(open(f"{folder}/spec.json"))
data = open(f"{folder}/data.bin", "rb").read()
recipe = spec["recipe"]


def array(where):
    values = np.frombuffer(data, where["type"], where["length"], where["offset"])
    return torch.from_numpy(values.copy())


weights = {p["name"]: array(p).reshape(p["shape"]).requires_grad_() for p in spec["parameters"]}
categories = [(part["name"], len(part["labels"])) for part in spec["latent"] if part["kind"] == "categorical"]


def same_padding(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    assert total % 2 == 0, "the presets' convolutions pad evenly"
    return total // 2


def forward(name, x):
    counts = {}
    for layer in spec["networks"][name]:
        kind = layer["type"]
        counts[kind] = counts.get(kind, 0) + 1
        part = lambda suffix: weights.get(f"{name}/{kind}{counts[kind]}/{suffix}")
        if kind == "dense":
            x = F.linear(x, part("kernel").t(), part("bias"))
        elif kind == "conv":
            pad = same_padding(x.shape[2], layer["kernel"], layer["stride"])
            x = F.conv2d(x, part("kernel"), part("bias"), layer["stride"], pad)
        elif kind == "convTranspose":
            pad = (layer["kernel"] - layer["stride"]) // 2
            x = F.conv_transpose2d(x, part("kernel"), part("bias"), layer["stride"], pad)
        elif kind == "batchNorm":
            x = F.batch_norm(x, None, None, part("scale"), part("offset"), True, 0.0, layer["epsilon"])
        elif kind == "relu":
            x = F.relu(x)
        elif kind == "leakyRelu":
            x = F.leaky_relu(x, layer["slope"])
        elif kind == "tanh":
            x = torch.tanh(x)
        elif kind == "flatten":
            x = x.flatten(1)
        elif kind == "reshape":
            x = x.reshape(len(x), layer["channels"], layer["height"], layer["width"])
        else:
            sys.exit(f"pytorch: layer {kind} is unknown to this peer")
    return x


def latent_vector(batch):
    parts, code = [], 0
    for part in spec["latent"]:
        if part["kind"] == "normal":
            parts.append(batch[part["name"]])
        elif part["kind"] == "categorical":
            parts.append(F.one_hot(batch[part["name"]], len(part["labels"])).float())
        else:
            parts.append(batch["c"][:, code : code + 1])
            code += 1
    return torch.cat(parts, 1)


def read_head(features):
    sizes = [count for _, count in categories]
    *logits, codes = forward("recognizer", features).split(sizes + [batches[0]["c"].shape[1]], 1)
    return logits, codes


def information(reading, batch, share):
    logits, codes = reading
    category = sum(F.cross_entropy(y, batch[name]) for (name, _), y in zip(categories, logits))
    code = F.mse_loss(codes, batch["c"])
    return batch[share] * category + batch["codesWeight"] * code, category, code


def real_pictures(real, changed, batch):
    terms = []
    for y, y2 in zip(real[0], changed[0]):
        log_p = F.log_softmax(y, 1)
        p = log_p.exp()
        marginal = p.mean(0)
        consistency = -(p * F.log_softmax(y2, 1)).sum(1).mean()
        sharpness = -(p * log_p).sum(1).mean()
        terms.append((consistency, sharpness, -(marginal * (marginal + 1e-8).log()).sum()))
    consistency, sharpness, balance = (sum(term) for term in zip(*terms))
    anchors = F.mse_loss(real[1], batch["realCodes"]) + F.mse_loss(changed[1], batch["changedCodes"])
    loss = batch["consistencyWeight"] * consistency + batch["sharpnessWeight"] * sharpness
    groups = F.cross_entropy(changed[0][0], batch["group"])
    loss = loss - batch["balanceWeight"] * balance + batch["anchorsWeight"] * anchors
    loss = loss + batch["groupsWeight"] * groups
    return loss, consistency, balance, anchors, groups


def vector(*networks):
    return [value for name, value in weights.items() if name.split("/")[0] in networks]


def adam(parameters, rate):
    return torch.optim.Adam(parameters, rate, (recipe["beta1"], 0.999), 1e-8, fused=True)


G, D, Q = vector("generator"), vector("trunk", "discriminator"), vector("recognizer")
rates = recipe["rates"]
optimizers = {
    "generator": adam(G, rates["generator"]),
    "critics": torch.optim.Adam(
        [{"params": D, "lr": rates["discriminator"]}, {"params": Q, "lr": rates["recognizer"]}],
        betas=(recipe["beta1"], 0.999),
        fused=True,
    ),
}
everything = G + D + Q
average = [value.detach().clone() for value in everything]

batches = []
side = spec["image"]
for inputs in spec["batches"]:
    batch = {name: array(where) for name, where in inputs.items()}
    for name in ("real", "changed"):
        batch[name] = batch[name].reshape(-1, side["channels"], side["height"], side["width"])
    count = len(batch["real"])
    for name in ("c", "realCodes", "changedCodes", *(p["name"] for p in spec["latent"] if p["kind"] == "normal")):
        batch[name] = batch[name].reshape(count, -1)
    for name in ("group", *(name for name, _ in categories)):
        batch[name] = batch[name].long()
    batches.append(batch)


def apply(optimizer, parameters, loss, retain=False):
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer.step()


def step(batch):
    fake = forward("generator", latent_vector(batch))
    real_features = forward("trunk", batch["real"])
    fake_features = forward("trunk", fake.detach())
    validity = F.softplus(-forward("discriminator", real_features)).mean()
    validity = validity + F.softplus(forward("discriminator", fake_features)).mean()
    info, category, codes = information(read_head(fake_features), batch, "recognizerCategoryWeight")
    changed = read_head(forward("trunk", batch["changed"]))
    known, consistency, balance, anchors, groups = real_pictures(read_head(real_features), changed, batch)
    apply(optimizers["critics"], D + Q, validity + info + known)

    features = forward("trunk", fake)
    fooled = F.softplus(-forward("discriminator", features)).mean()
    apply(optimizers["generator"], G, fooled + information(read_head(features), batch, "categoryWeight")[0])
    torch._foreach_lerp_(average, [value.detach() for value in everything], 1 - float(batch["averaging"]))
    losses = {"D": validity, "category": category, "codes": codes, "consistency": consistency}
    return {**losses, "balance": balance, "anchors": anchors, "groups": groups, "G": fooled}


def say(value):
    print("=" + json.dumps(value), flush=True)


say(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
number = 0
for line in sys.stdin:
    order, count = line.split()
    answers = []
    for _ in range(int(count)):
        begin = time.perf_counter()
        losses = {name: float(value) for name, value in step(batches[number % len(batches)]).items()}
        answers.append((time.perf_counter() - begin) * 1000 if order == "time" else losses)
        number += 1
    say(answers)
