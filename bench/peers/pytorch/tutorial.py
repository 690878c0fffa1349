"""The tutorial's InfoGAN in PyTorch, as one who knows it would write it: nn.Upsample and convolutions, no gradient that
nobody wants, fused Adam. Weights, batches and dropout masks are read from the files that bench/tutorial/problem.ts
writes; orders come over standard input as to bench/tutorial/step.ts. Arguments: the folder, the number of threads."""

import json
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
spec = json.load(open(f"{folder}/spec.json"))
data = open(f"{folder}/data.bin", "rb").read()
recipe = spec["recipe"]
DIGITS, CODES = 10, 2


def array(where):
    values = np.frombuffer(data, where["type"], where["length"], where["offset"])
    return torch.from_numpy(values.copy()).reshape(where["shape"])


class Dropout2d(nn.Module):
    """nn.Dropout2d(0.25) whose mask is given, so that both sides drop the same channels."""

    def forward(self, x):
        return x * self.mask


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(62 + DIGITS + CODES, 128 * 7 * 7)
        self.blocks = nn.Sequential(
            nn.BatchNorm2d(128),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(128, 128, 3, padding=1),
            nn.BatchNorm2d(128, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(128, 64, 3, padding=1),
            nn.BatchNorm2d(64, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(64, 1, 3, padding=1),
            nn.Tanh(),
        )

    def forward(self, code):
        return self.blocks(self.linear(code).view(-1, 128, 7, 7))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs in [(1, 16), (16, 32), (32, 64), (64, 128)]:
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.LeakyReLU(0.2, inplace=True), Dropout2d()]
            if inputs > 1:
                layers.append(nn.BatchNorm2d(outputs, 0.8))
        self.trunk = nn.Sequential(*layers, nn.Flatten())
        self.validity = nn.Linear(512, 1)
        self.codes = nn.Linear(512, DIGITS + CODES)

    def features(self, pictures, masks):
        dropouts = [module for module in self.trunk if isinstance(module, Dropout2d)]
        for module, mask in zip(dropouts, masks):
            module.mask = mask[:, :, None, None]
        return self.trunk(pictures)


G, D = Generator(), Discriminator()


def load():
    """Our parameters in our order: linear layers are stored [inputs, outputs], convolutions as here."""
    ours = [array(parameter) for parameter in spec["parameters"]]
    theirs = [*G.parameters(), *D.trunk.parameters(), *D.validity.parameters(), *D.codes.parameters()]
    assert len(ours) == len(theirs)
    with torch.no_grad():
        for own, value in zip(theirs, ours):
            own.copy_(value.t() if own.dim() == 2 else value)


load()
G.train(), D.train()


def adam(parameters):
    betas = (recipe["beta1"], recipe["beta2"])
    return torch.optim.Adam(parameters, recipe["rates"]["generator"], betas, fused=True)


judge = [*D.trunk.parameters(), *D.validity.parameters()]
informed = [*G.parameters(), *D.trunk.parameters(), *D.codes.parameters()]
optimizers = {"D": adam(judge), "G": adam(G.parameters()), "info": adam(informed)}


class Batch:
    def __init__(self, inputs):
        arrays = {name: array(where) for name, where in inputs.items()}
        self.real = arrays["real"].permute(0, 3, 1, 2).contiguous()
        self.codes = {
            name: {part: arrays[f"{name}/{part}"] for part in ("z", "digit", "c")}
            for name in ("generated", "fooling", "information")
        }
        for codes in self.codes.values():
            codes["digit"] = F.one_hot(codes["digit"].long(), DIGITS).float()
        self.masks = {
            name: [arrays[f"{name}/trunk/channelDropout{i}"] for i in (1, 2, 3, 4)]
            for name in ("real", "generated", "fooling", "information")
        }

    def draw(self, name):
        codes = self.codes[name]
        return G(torch.cat([codes["z"], codes["digit"], codes["c"]], 1))


batches = [Batch(inputs) for inputs in spec["batches"]]
ones, zeros = torch.ones(recipe["batchSize"], 1), torch.zeros(recipe["batchSize"], 1)


def descend(name, parameters, loss):
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizers[name].step()
    return float(loss)


def step(batch, number):
    with torch.no_grad():
        generated = batch.draw("generated")
    real = D.validity(D.features(batch.real, batch.masks["real"]))
    fake = D.validity(D.features(generated, batch.masks["generated"]))
    losses = {"D": descend("D", judge, (F.mse_loss(real, ones) + F.mse_loss(fake, zeros)) / 2)}
    if number % 2 == 1:
        return losses

    validity = D.validity(D.features(batch.draw("fooling"), batch.masks["fooling"]))
    losses["G"] = descend("G", list(G.parameters()), F.mse_loss(validity, ones))

    features = D.features(batch.draw("information"), batch.masks["information"])
    logits, codes = D.codes(features).split([DIGITS, CODES], 1)
    wanted = batch.codes["information"]
    info = F.binary_cross_entropy(logits.softmax(1), wanted["digit"]) + 0.2 * F.mse_loss(codes, wanted["c"])
    losses["info"] = descend("info", informed, info)
    return losses


def say(value):
    print("=" + json.dumps(value), flush=True)


say(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
number = 0
for line in sys.stdin:
    order, count = line.split()
    answers = []
    clock = time.process_time if order == "cpu" else time.perf_counter
    for _ in range(int(count)):
        begin = clock()
        losses = step(batches[number % len(batches)], number)
        answers.append(losses if order == "losses" else (clock() - begin) * 1000)
        number += 1
    say(answers)
