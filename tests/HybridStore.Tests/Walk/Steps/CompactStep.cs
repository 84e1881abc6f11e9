namespace HybridStore.Tests.Walk.Steps;

/// <summary>Merges small files, and now and then writes a checkpoint.</summary>
internal sealed class CompactStep : IWalkStep
{
    public int Weight => 6;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { } table) return Task.CompletedTask;
        List<string> line = ["compact", "--dataset", table.Dataset.Name, "--quiet"];
        if (random.Next(3) == 0) line.Add("--checkpoint");
        return world.RunAsync(new WalkAction(table, [.. line]) { IsSameBetween = true }, random);
    }
}
