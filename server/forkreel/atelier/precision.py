"""In which precision networks learn on this processor."""

from __future__ import annotations

import torch


def half_precision() -> torch.autocast:
    """bf16 where the processor calculates in it; elsewhere torch imitates it, four times as slow as fp32."""
    can = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(can.get("avx512_bf16") or can.get("amx_bf16")))
