namespace HybridStore.Benchmarks.Query;

/// <summary>What one run took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">Of all threads; says more on a machine that others use.</param>
internal readonly record struct Sample(double Seconds, double CpuSeconds);
