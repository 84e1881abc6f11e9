namespace HybridStore.Tests.Walk.Steps;

/// <summary>Deletes what was replaced, at times with the log of old versions.</summary>
internal sealed class VacuumStep : IWalkStep
{
    public int Weight => 4;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        if (world.Choose(random) is not { } table) return Task.CompletedTask;
        var what = random.Next(3) == 0 ? "log" : "files";
        var action = new WalkAction(table, WalkWorker.VacuumWord, world.Store.Dataset(table.Dataset.Name), what)
        {
            // One that was killed may have deleted what it does not find any more when it is repeated.
            Then = _ => table.OldestVersion = table.Version,
            IsSameBetween = true,
        };
        return world.RunAsync(action, random);
    }
}
