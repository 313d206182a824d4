"""A PPO of our own in compiled PyTorch: CartPole as tensors, nothing leaves the device.

torch.compile makes the kernels; on a GPU one CUDA graph then holds a whole iteration, so that
Python costs one launch. As in CleanRL and PureJaxRL, the end of the clock ends the task.
Letters in shapes: N environments, T steps, B = N * T, M minibatch, P parameters.
"""

import math

import torch
from torch import nn

WORKLOAD = {
    "envs": 1024,
    "steps": 32,
    "epochs": 4,
    "minibatches": 4,
    "total": 10_000_000,
    "learning_rate": 2.5e-4,
    "anneal": False,
}
# Lockstep's own settings for the environment, configs/CartPole-v1.json.
TUNED = {
    "envs": 8,
    "steps": 128,
    "epochs": 3,
    "minibatches": 4,
    "total": 280_000,
    "learning_rate": 1.2e-3,
    "anneal": True,
}
SETTINGS = {"CartPole-v1": {"workload": WORKLOAD, "own": WORKLOAD, "tuned": TUNED}}

GAMMA, LAMBDA, CLIP = 0.99, 0.95, 0.2
ENTROPY_COEFFICIENT, VALUE_COEFFICIENT, MAX_GRADIENT_NORM = 0.01, 0.5, 0.5

# Gymnasium's CartPole-v1; metres, seconds, radians.
GRAVITY, TOTAL_MASS, POLE_MASS, HALF_LENGTH, FORCE, TIME_STEP = 9.8, 1.1, 0.1, 0.5, 10.0, 0.02
POSITION_LIMIT, ANGLE_LIMIT, MAX_EPISODE_STEPS = 2.4, 12 * math.pi / 180, 500

# Iterations that train, and count, before a CUDA graph is recorded.
RUNS_BEFORE_CAPTURE = 3


def prepare(arguments):
    torch.set_num_threads(arguments.threads)
    compiled = "compiled" if arguments.compile == "on" else "eager"
    return f"our own PPO in torch {torch.__version__}, {compiled}"


def tower(outputs, gain):
    """4-64-64-outputs with tanh, orthogonal weights and zero biases."""
    layers = [nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, outputs)]
    for layer, scale in zip(layers[::2], (math.sqrt(2), math.sqrt(2), gain)):
        nn.init.orthogonal_(layer.weight, scale)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def step_cartpole(state, action):
    """state [N, 4] and action [N] (0 left, 1 right) to the next state and whether the pole fell."""
    position, velocity, angle, spin = state.unbind(1)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    push = (FORCE * (2 * action - 1) + POLE_MASS * HALF_LENGTH * spin * spin * sine) / TOTAL_MASS
    inertia = HALF_LENGTH * (4 / 3 - POLE_MASS * cosine * cosine / TOTAL_MASS)
    spin_up = (GRAVITY * sine - cosine * push) / inertia
    speed_up = push - POLE_MASS * HALF_LENGTH * spin_up * cosine / TOTAL_MASS
    rates = torch.stack((velocity, speed_up, spin, spin_up), 1)
    following = state + TIME_STEP * rates
    fell = (following[:, 0].abs() > POSITION_LIMIT) | (following[:, 2].abs() > ANGLE_LIMIT)
    return following, fell


def act_and_step(actor, critic, state, clock):
    """One step of all environments; uniform numbers decide the action and the new starts."""
    log_probs = torch.log_softmax(actor(state), 1)
    action = (torch.rand_like(log_probs[:, 0]) < log_probs[:, 1].exp()).float()
    log_prob = torch.where(action > 0.5, log_probs[:, 1], log_probs[:, 0])
    value = critic(state).squeeze(1)
    following, fell = step_cartpole(state, action)
    clock = clock + 1
    done = fell | (clock >= MAX_EPISODE_STEPS)
    start = torch.rand_like(state) * 0.1 - 0.05
    following = torch.where(done[:, None], start, following)
    # An episode's return is its length: every step is worth 1.
    return following, clock * ~done, action, log_prob, value, done.float(), clock * done


def advantages_of(values, dones, last_value):
    """Generalized advantages [T, N], from the last step back; dones[t] ends step t; rewards 1."""
    advantage = torch.zeros_like(last_value)
    following = last_value
    rows = []
    for t in range(values.shape[0] - 1, -1, -1):
        goes_on = 1 - dones[t]
        delta = 1 + GAMMA * following * goes_on - values[t]
        advantage = delta + GAMMA * LAMBDA * goes_on * advantage
        following = values[t]
        rows.append(advantage)
    return torch.stack(rows[::-1])


def loss_of(actor, critic, states, actions, old_log_probs, old_values, advantages, returns):
    """The clipped loss of one minibatch, all arguments [M] but states [M, 4]."""
    log_probs = torch.log_softmax(actor(states), 1)
    log_prob = torch.where(actions > 0.5, log_probs[:, 1], log_probs[:, 0])
    ratio = (log_prob - old_log_probs).exp()
    normal = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    policy = torch.max(-normal * ratio, -normal * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
    value = critic(states).squeeze(1)
    clipped = old_values + (value - old_values).clamp(-CLIP, CLIP)
    error = 0.5 * torch.max((value - returns) ** 2, (clipped - returns) ** 2).mean()
    entropy = -(log_probs.exp() * log_probs).sum(1).mean()
    return policy + VALUE_COEFFICIENT * error - ENTROPY_COEFFICIENT * entropy


class Trainer:
    """Networks, environments and one iteration over fixed tensors."""

    def __init__(self, settings, device, compiled):
        self.settings = settings
        self.actor = tower(2, 0.01).to(device)
        self.critic = tower(1, 1.0).to(device)
        self.parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.learning_rate = torch.tensor(settings["learning_rate"], device=device)
        on_gpu = device == "cuda"
        # A GPU's optimizer reads its rate from the device, so that a graph can be replayed.
        rate = self.learning_rate if on_gpu else settings["learning_rate"]
        options = {"eps": 1e-5, "fused": True, "capturable": on_gpu}
        self.optimizer = torch.optim.Adam(self.parameters, lr=rate, **options)
        self.state = torch.rand(settings["envs"], 4, device=device) * 0.1 - 0.05  # [N, 4]
        self.clock = torch.zeros(settings["envs"], device=device)  # [N] steps of the episode
        # [T, N]: lengths of the episodes that ended, else 0.
        self.lengths = torch.zeros(settings["steps"], settings["envs"], device=device)
        wrap = torch.compile if compiled else lambda function: function
        self.act_and_step = wrap(act_and_step)
        self.advantages_of = wrap(advantages_of)
        self.loss_of = wrap(loss_of)

    def set_learning_rate(self, fraction):
        rate = self.settings["learning_rate"] * fraction
        self.learning_rate.fill_(rate)
        if self.learning_rate.device.type == "cpu":
            self.optimizer.param_groups[0]["lr"] = rate

    def iterate(self):
        self.update(self.rollout())

    @torch.no_grad()
    def rollout(self):
        state, clock, rows = self.state, self.clock, []
        for t in range(self.settings["steps"]):
            before = state
            state, clock, *row, length = self.act_and_step(self.actor, self.critic, state, clock)
            self.lengths[t].copy_(length)
            rows.append((before, *row))
        states, actions, log_probs, values, dones = (torch.stack(column) for column in zip(*rows))
        last_value = self.critic(state).squeeze(1)
        advantages = self.advantages_of(values, dones, last_value)
        self.state.copy_(state)
        self.clock.copy_(clock)
        columns = (actions, log_probs, values, advantages, advantages + values)
        return states.reshape(-1, 4), *(column.reshape(-1) for column in columns)

    def update(self, batch):
        size = batch[0].shape[0]
        for _ in range(self.settings["epochs"]):
            # A permutation by sorting: randperm is not to be captured on every version.
            order = torch.rand(size, device=batch[0].device).argsort()
            shuffled = [column[order] for column in batch]
            for minibatch in zip(*(c.chunk(self.settings["minibatches"]) for c in shuffled)):
                self.optimizer.zero_grad(set_to_none=False)
                self.loss_of(self.actor, self.critic, *minibatch).backward()
                nn.utils.clip_grad_norm_(self.parameters, MAX_GRADIENT_NORM)
                self.optimizer.step()


def captured(trainer):
    """A function that replays one iteration, recorded after others that CUDA wants to see run."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(RUNS_BEFORE_CAPTURE):
            trainer.iterate()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        trainer.iterate()
    return graph.replay


def train(arguments, settings, observer):
    torch.manual_seed(arguments.seed)
    torch.set_float32_matmul_precision("highest")
    on_gpu = arguments.device == "cuda"
    trainer = Trainer(settings, arguments.device, arguments.compile == "on")
    iterate = captured(trainer) if on_gpu else trainer.iterate
    batch = settings["envs"] * settings["steps"]
    first = batch * (1 + (RUNS_BEFORE_CAPTURE if on_gpu else 0))
    for steps in range(first, observer.total_steps + batch, batch):
        if settings["anneal"]:
            trainer.set_learning_rate(max(0, 1 - (steps - batch) / observer.total_steps))
        iterate()
        if on_gpu:
            torch.cuda.synchronize()
        if observer.wants_episodes:
            for length in trainer.lengths[trainer.lengths > 0].tolist():
                observer.episode(length)
        observer.iteration(steps)
