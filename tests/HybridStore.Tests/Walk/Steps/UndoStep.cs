namespace HybridStore.Tests.Walk.Steps;

/// <summary>Goes back to an earlier version, or before the last.</summary>
internal sealed class UndoStep : IWalkStep
{
    public int Weight => 10;

    public Task TakeAsync(WalkWorld world, Random random)
    {
        var tables = world.Tables.Where(table => table.Now is not null).ToList();
        if (tables.Count == 0) return Task.CompletedTask;
        var table = WalkValues.Pick(random, tables);
        var targets = table.Restorable.ToList();
        if (targets.Count == 0) return Task.CompletedTask;
        var isLast = random.Next(3) == 0 && targets.Exists(version => version.Version == table.Version - 1);
        var (number, state) = isLast ? targets.Single(version => version.Version == table.Version - 1) : WalkValues.Pick(random, targets);
        string[] line = ["undo", .. isLast ? (string[])[] : [$"{number}"], "--dataset", table.Dataset.Name];
        return world.RunAsync(new WalkAction(table, line) { After = state, IsRepeatable = !isLast, IsSameBetween = true }, random);
    }
}
