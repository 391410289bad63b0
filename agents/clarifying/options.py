"""What can be chosen of clarification."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ClarifyOptions(BaseModel):
    """The bounds of clarification."""

    samples: int = Field(default=5, ge=2, le=30, description="Attempts that are compared (the paper has 15)")
    temperature: float = Field(
        default=0.8, ge=0, le=2, description="How freely these attempts choose their words"
    )
    inputs: int = Field(default=20, ge=1, le=100, description="Test inputs after mutation")
    rounds: int = Field(default=1, ge=1, le=5, description="Questions at most about a function")
    questions: int = Field(default=3, ge=1, le=10, description="Questions at most about a project")
    readings: int = Field(
        default=4, ge=2, le=6, description="Different readings at most that a question shows"
    )
    tolerated: int = Field(
        default=0, ge=0, le=10, description="Attempts that may differ before you are asked"
    )
