"""latent: points in a model's latent space, and the walker that moves between them. numpy only; knows no model."""
